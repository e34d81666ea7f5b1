// The exec workers of a container: one for commands that follow one another, more when they overlap, another for one that has to be given
// up.
import { SandboxError } from '../../../core/schema/errors.ts';
import type { OpenedExec } from './engine-exec.ts';
import { type Clock, ExecWorker, FIRST_WORKER_COMMAND, WORKER_COMMAND } from './exec-worker.ts';
import type { SupervisorShell } from './supervisor-shell.ts';

/** The container, as far as exec workers need it. */
export interface Host {
  readonly id: string;
  open(command: string[]): Promise<OpenedExec>;
  supervisor(): Promise<SupervisorShell>;
}

export class ExecWorkerPool {
  readonly #host: Host;
  readonly #free = new Set<ExecWorker>();
  readonly #opening = new Set<Promise<void>>();
  readonly #clock: Clock = { tick: 0 };
  #opened = false;
  #error: unknown;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The caller gives it back, in whatever state. */
  async take(): Promise<ExecWorker> {
    for (let failures = 0; ; ) {
      for (const worker of this.#free) {
        this.#free.delete(worker);
        if (worker.free) return worker;
      }
      if (this.#opening.size > 0) await Promise.race(this.#opening);
      else if (!(await this.#open())) await this.#makeRoom(++failures);
    }
  }

  giveBack(worker: ExecWorker): void {
    if (worker.free) this.#free.add(worker);
    // Opened now, another is there by the time that the next command comes.
    else if (worker.left && this.#free.size === 0) void this.#open();
  }

  close(): void {
    for (const worker of this.#free) worker.close();
  }

  /** Whether there is one exec worker more. Never rejects. */
  #open(): Promise<boolean> {
    const opened = this.#start().catch((error: unknown) => {
      this.#error = error;
      this.#opened = false;
      return false;
    });
    const settled = opened.then(() => void this.#opening.delete(settled));
    this.#opening.add(settled);
    return opened;
  }

  async #start(): Promise<boolean> {
    const supervisor = await this.#host.supervisor();
    const pid = await supervisor.pid();
    const { channel } = await this.#host.open(this.#opened ? WORKER_COMMAND : FIRST_WORKER_COMMAND);
    const worker = new ExecWorker(channel, pid, this.#clock);
    const isFree = await worker.start();
    if (isFree) this.#free.add(worker);
    // What opened one need not be there for the next: then the first way is tried again.
    this.#opened = isFree;
    return isFree;
  }

  /** An untrusted command that has taken all processes leaves none to open an exec worker with. */
  async #makeRoom(failures: number): Promise<void> {
    const supervisor = await this.#host.supervisor();
    if (failures === 1) supervisor.killAll();
    else if (failures === 2) supervisor.close();
    else
      throw new SandboxError(`No shell starts in sandbox ${this.#host.id.slice(0, 12)}. Open another one.`, {
        cause: this.#error,
      });
  }
}
