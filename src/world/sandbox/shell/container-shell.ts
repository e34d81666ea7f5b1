// A container that runs commands, several at once: a supervisor shell, exec workers that are opened as they are needed, and shells of
// sessions. What is lost is replaced: an exec worker by another, the supervisor shell by starting the container again with the files as
// they were. One that cannot be brought back is a SandboxError.
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import pLimit from 'p-limit';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { isEngineAway, waitForEngine } from '../engine/engine-away.ts';
import { Channel } from './channel.ts';
import type { Command } from './command-text.ts';
import { type ExecPlace, type OpenedExec, openExec } from './engine-exec.ts';
import { ExecWorkerPool } from './exec-worker-pool.ts';
import { findFault } from './fault.ts';
import type { RunLimits, RunResult } from './run-limits.ts';
import { SupervisorShell } from './supervisor-shell.ts';

/** Commands that run at once; more wait. */
const MAX_LANES = 16;

const KILLED = 137;

const REMOVE_ATTEMPTS = 10;
const REMOVE_AGAIN_MS = 100;

export class ContainerShell {
  readonly container: Docker.Container;
  readonly #docker: Docker;
  readonly #slot = pLimit(MAX_LANES);
  readonly #workers: ExecWorkerPool;
  #supervisor: SupervisorShell | undefined;
  #restarting: Promise<void> | undefined;
  #disposed: Promise<void> | undefined;
  #oomKills = 0;
  #restarts = 0;
  #isKilledByUs = false;

  constructor(docker: Docker, container: Docker.Container) {
    this.#docker = docker;
    this.container = container;
    this.#workers = new ExecWorkerPool(this);
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
      this.#supervisor = new SupervisorShell(new Channel(stream as Duplex));
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
      await this.supervisor();
      const worker = await this.#workers.take();
      const result = await worker.run(command, limits, async (running) => (await this.supervisor()).stop(running));
      this.#workers.giveBack(worker);
      // Looked for by the exec worker, whose answer nobody can forge.
      if (result.ended !== 'exit' && worker.left) this.#supervisor?.close();
      const outOfMemory = await this.isOutOfMemory(result.exitCode);
      // Mended at once: an untrusted command that ended its shell gets a result, an engine that is gone throws.
      await this.supervisor();
      limits.signal?.throwIfAborted();
      return { ...result, outOfMemory };
    });
  }

  /** A process beside the supervisor shell, with its own pipes, that no process of the untrusted command can reach. */
  async open(command: string[], place?: ExecPlace): Promise<OpenedExec> {
    await this.supervisor();
    return openExec(this.container, command, place);
  }

  /** Whether a process that ended with this code was ended by the memory limit. */
  async isOutOfMemory(exitCode: number): Promise<boolean> {
    if (exitCode !== KILLED) return false;
    const kills = await this.#supervisor?.oomKills();
    // A container that went down with its process has no counter any more.
    if (kills === undefined) return (await this.container.inspect().catch(() => undefined))?.State.OOMKilled ?? false;
    const more = kills > this.#oomKills;
    this.#oomKills = kills;
    return more;
  }

  /** In a container that is started again when the last supervisor shell was lost. */
  async supervisor(): Promise<SupervisorShell> {
    if (this.#supervisor?.lost && !this.#disposed) {
      this.#restarting ??= this.#restart().finally(() => {
        this.#restarting = undefined;
      });
      await this.#restarting;
    }
    if (this.#supervisor === undefined || this.#disposed)
      throw new SandboxError(`Sandbox ${this.id.slice(0, 12)} is disposed. Open another one.`);
    return this.#supervisor;
  }

  /** Ends every process; the next command starts the container again, with its files. */
  async kill(): Promise<void> {
    this.#isKilledByUs = true;
    await this.container.kill().catch(() => undefined);
  }

  /** Throws when the machine, not the untrusted command, ended the container: whatever ran in it has no result. The next command finds it
   * started. */
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
    this.#supervisor?.close();
    this.#workers.close();
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
