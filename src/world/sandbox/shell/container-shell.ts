// A container that runs commands, several at once: a keeper, lanes that are opened as they are needed, and shells of sessions. What is
// lost is replaced: a lane by another, the keeper by starting the container again with the files as they were. One that cannot be
// brought back is a SandboxError.
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import pLimit from 'p-limit';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { isEngineAway, waitForEngine } from '../engine/engine-away.ts';
import { Channel } from './channel.ts';
import type { Command } from './command-text.ts';
import { type ExecPlace, type OpenedExec, openExec } from './engine-exec.ts';
import { findFault } from './fault.ts';
import { Keeper } from './keeper.ts';
import { LanePool } from './lane-pool.ts';
import type { RunLimits, RunResult } from './run-limits.ts';

/** Commands that run at once; more wait. */
const MAX_LANES = 16;

const KILLED = 137;

const REMOVE_ATTEMPTS = 10;
const REMOVE_AGAIN_MS = 100;

export class ContainerShell {
  readonly container: Docker.Container;
  readonly #docker: Docker;
  readonly #slot = pLimit(MAX_LANES);
  readonly #lanes: LanePool;
  #keeper: Keeper | undefined;
  #restarting: Promise<void> | undefined;
  #disposed: Promise<void> | undefined;
  #oomKills = 0;
  #restarts = 0;
  #isKilledByUs = false;

  constructor(docker: Docker, container: Docker.Container) {
    this.#docker = docker;
    this.container = container;
    this.#lanes = new LanePool(this);
  }

  get id(): string {
    return this.container.id;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Attaches first, so that nothing is missed, then starts the container. */
  async start(): Promise<void> {
    try {
      const stream = await this.container.attach({
        stream: true,
        hijack: true,
        stdin: true,
        stdout: true,
        stderr: true,
      });
      await this.container.start();
      this.#keeper = new Keeper(new Channel(stream as Duplex));
      this.#oomKills = 0;
      this.#isKilledByUs = false;
    } catch (error) {
      throw new SandboxError(`Cannot start container ${this.id.slice(0, 12)}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Throws the signal's reason when it is aborted. */
  run(command: Command, limits: RunLimits): Promise<RunResult> {
    return this.#slot(async () => {
      limits.signal?.throwIfAborted();
      // A container that the machine ended meanwhile is an error, before anything runs in what is started in its place.
      await this.keeper();
      const lane = await this.#lanes.take();
      const result = await lane.run(command, limits, async (running) => (await this.keeper()).stop(running));
      this.#lanes.giveBack(lane);
      // Looked for by the lane, whose answer nobody can forge.
      if (result.ended !== 'exit' && lane.left) this.#keeper?.close();
      const outOfMemory = await this.isOutOfMemory(result.exitCode);
      // Mended at once: a payload that ended its shell gets a result, an engine that is gone throws.
      await this.keeper();
      limits.signal?.throwIfAborted();
      return { ...result, outOfMemory };
    });
  }

  /** A process beside the keeper, with its own pipes, that no process of the payload can reach. */
  async open(command: string[], place?: ExecPlace): Promise<OpenedExec> {
    await this.keeper();
    return openExec(this.container, command, place);
  }

  /** Whether a process that ended with this code was ended by the memory limit. */
  async isOutOfMemory(exitCode: number): Promise<boolean> {
    if (exitCode !== KILLED) return false;
    const kills = await this.#keeper?.oomKills();
    // A container that went down with its process has no counter any more.
    if (kills === undefined) return (await this.container.inspect().catch(() => undefined))?.State.OOMKilled ?? false;
    const more = kills > this.#oomKills;
    this.#oomKills = kills;
    return more;
  }

  /** In a container that is started again when the last keeper was lost. */
  async keeper(): Promise<Keeper> {
    if (this.#keeper?.lost && !this.#disposed) {
      this.#restarting ??= this.#restart().finally(() => {
        this.#restarting = undefined;
      });
      await this.#restarting;
    }
    if (this.#keeper === undefined || this.#disposed)
      throw new SandboxError(`Sandbox ${this.id.slice(0, 12)} is disposed. Open another one.`);
    return this.#keeper;
  }

  /** Ends every process; the next command starts the container again, with its files. */
  async kill(): Promise<void> {
    this.#isKilledByUs = true;
    await this.container.kill().catch(() => undefined);
  }

  /** Throws when the machine, not the payload, ended the container: whatever ran in it has no result. The next command finds it started. */
  async #restart(): Promise<void> {
    this.#restarts += 1;
    const fault = this.#isKilledByUs ? undefined : await findFault(this.#docker, this.container);
    // Whatever is left of the old processes must not meet the new ones.
    await this.container.kill().catch(() => undefined);
    await this.container.wait().catch(() => undefined);
    await this.start();
    if (fault !== undefined) throw fault;
  }

  /** Removes the container and everything in it. Safe to call again. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#remove();
    return this.#disposed;
  }

  async #remove(): Promise<void> {
    this.#keeper?.close();
    this.#lanes.close();
    for (let attempt = 1; ; attempt++)
      try {
        return await this.container.remove({ force: true, v: true });
      } catch (error) {
        const status = (error as { statusCode?: number }).statusCode ?? 0;
        // 404: gone already; 409: its removal is under way.
        if (status === 404 || status === 409) return;
        // Podman does not remove a container that is just ending.
        const mayPass = status >= 500 || (isEngineAway(error) && (await waitForEngine(this.#docker)));
        if (!mayPass || attempt === REMOVE_ATTEMPTS)
          throw new SandboxError(`Cannot remove container ${this.id.slice(0, 12)}: ${messageOf(error)}`, {
            cause: error,
          });
        await sleep(REMOVE_AGAIN_MS);
      }
  }
}
