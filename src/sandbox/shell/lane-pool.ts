// The lanes of a container: one for commands that follow one another, more when they overlap, another for one that has to be given up.
import { SandboxError } from '../../schema/errors.ts';
import type { OpenedExec } from './engine-exec.ts';
import type { Keeper } from './keeper.ts';
import { LANE_COMMAND, Lane } from './lane.ts';

/** The container, as far as lanes need it. */
export interface Host {
  readonly id: string;
  open(command: string[]): Promise<OpenedExec>;
  keeper(): Promise<Keeper>;
}

export class LanePool {
  readonly #host: Host;
  readonly #free = new Set<Lane>();
  /** Lanes of which it is not known yet whether they can be used. */
  readonly #settling = new Set<Promise<void>>();
  #error: unknown;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The caller gives it back, in whatever state. */
  async take(): Promise<Lane> {
    for (let failures = 0; ; ) {
      for (const lane of this.#free) {
        this.#free.delete(lane);
        if (!lane.lost) return lane;
      }
      if (this.#settling.size > 0) await Promise.race(this.#settling);
      else if (!(await this.#open())) await this.#makeRoom(++failures);
    }
  }

  giveBack(lane: Lane): void {
    const settled = lane.settled.then((isFree) => {
      this.#settling.delete(settled);
      if (isFree) this.#free.add(lane);
      // Opened now, another is there by the time that the next command comes.
      else if (lane.left && this.#free.size === 0) void this.#open();
    });
    this.#settling.add(settled);
  }

  close(): void {
    for (const lane of this.#free) lane.close();
  }

  /** Whether there is one lane more. Others wait for it as for one that comes back. */
  async #open(): Promise<boolean> {
    const opened = this.#host.open(LANE_COMMAND).then(
      async ({ channel }) => {
        const lane = new Lane(channel);
        const isFree = await lane.settled;
        if (isFree) this.#free.add(lane);
        return isFree;
      },
      (error: unknown) => {
        this.#error = error;
        return false;
      },
    );
    const settled = opened.then(() => void this.#settling.delete(settled));
    this.#settling.add(settled);
    return opened;
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
