// The lanes of a container: one for commands that follow one another, more when they overlap, another for one that has to be given up.
import { SandboxError } from '../../../core/schema/errors.ts';
import type { OpenedExec } from './engine-exec.ts';
import type { Keeper } from './keeper.ts';
import { type Clock, FIRST_LANE_COMMAND, LANE_COMMAND, Lane } from './lane.ts';

/** The container, as far as lanes need it. */
export interface Host {
  readonly id: string;
  open(command: string[]): Promise<OpenedExec>;
  keeper(): Promise<Keeper>;
}

export class LanePool {
  readonly #host: Host;
  readonly #free = new Set<Lane>();
  readonly #opening = new Set<Promise<void>>();
  readonly #clock: Clock = { tick: 0 };
  #opened = false;
  #error: unknown;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The caller gives it back, in whatever state. */
  async take(): Promise<Lane> {
    for (let failures = 0; ; ) {
      for (const lane of this.#free) {
        this.#free.delete(lane);
        if (lane.free) return lane;
      }
      if (this.#opening.size > 0) await Promise.race(this.#opening);
      else if (!(await this.#open())) await this.#makeRoom(++failures);
    }
  }

  giveBack(lane: Lane): void {
    if (lane.free) this.#free.add(lane);
    // Opened now, another is there by the time that the next command comes.
    else if (lane.left && this.#free.size === 0) void this.#open();
  }

  close(): void {
    for (const lane of this.#free) lane.close();
  }

  /** Whether there is one lane more. Never rejects. */
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
    const keeper = await this.#host.keeper();
    const pid = await keeper.pid();
    const { channel } = await this.#host.open(this.#opened ? LANE_COMMAND : FIRST_LANE_COMMAND);
    const lane = new Lane(channel, pid, this.#clock);
    const isFree = await lane.start();
    if (isFree) this.#free.add(lane);
    // What opened one need not be there for the next: then the first way is tried again.
    this.#opened = isFree;
    return isFree;
  }

  /** A payload that has taken all processes leaves none to open a lane with. */
  async #makeRoom(failures: number): Promise<void> {
    const keeper = await this.#host.keeper();
    if (failures === 1) keeper.killAll();
    else if (failures === 2) keeper.close();
    else
      throw new SandboxError(`No shell starts in sandbox ${this.#host.id.slice(0, 12)}. Open another one.`, {
        cause: this.#error,
      });
  }
}
