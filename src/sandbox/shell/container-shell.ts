// A container and the control shell in it, kept alive together: commands are queued, a lost shell is started again with the files
// as they were, and a container that cannot be brought back is a SandboxError.
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../schema/errors.ts';
import { Control } from './control.ts';
import type { RunLimits, RunResult } from './run-limits.ts';
import type { Command } from './snippets.ts';

export class ContainerShell {
  readonly container: Docker.Container;
  #control: Control | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #disposed: Promise<void> | undefined;

  constructor(container: Docker.Container) {
    this.container = container;
  }

  get id(): string {
    return this.container.id;
  }

  /** Attaches first, so that nothing is missed, then starts the container. */
  async start(): Promise<void> {
    const attach = { stream: true, hijack: true, stdin: true, stdout: true, stderr: true };
    try {
      const stream = (await this.container.attach(attach)) as Duplex;
      await this.container.start();
      this.#control = new Control(stream);
    } catch (error) {
      throw new SandboxError(`Cannot start container ${this.id.slice(0, 12)}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Runs when the commands before it have ended. Throws the signal's reason when it is aborted. */
  run(command: Command, limits: RunLimits): Promise<RunResult> {
    const turn = this.#queue.then(async () => {
      limits.signal?.throwIfAborted();
      const result = await (await this.#ready()).run(command, limits);
      // Mended at once: a payload that ended its shell gets a result, an engine that is gone throws.
      await this.#ready();
      limits.signal?.throwIfAborted();
      return result;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** The control shell, in a container started again when the last one was lost. */
  async #ready(): Promise<Control> {
    if (this.#control?.lost && !this.#disposed) {
      // Whatever is left of the old shell's processes must not meet the new one's.
      await this.container.kill().catch(() => undefined);
      await this.container.wait().catch(() => undefined);
      await this.start();
    }
    if (this.#control === undefined || this.#disposed)
      throw new SandboxError(`Sandbox ${this.id.slice(0, 12)} is disposed. Open another one.`);
    return this.#control;
  }

  /** Removes the container and everything in it. Safe to call again. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#remove();
    return this.#disposed;
  }

  async #remove(): Promise<void> {
    this.#control?.close();
    await this.container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
      // 404: gone already; 409: its removal is under way.
      if (error.statusCode !== 404 && error.statusCode !== 409)
        throw new SandboxError(`Cannot remove container ${this.id.slice(0, 12)}: ${messageOf(error)}`, {
          cause: error,
        });
    });
  }
}
