// What happens to a sandbox over its disk limit: its processes are ended and its files kept, so that the next command may free some; one
// that goes on writing is removed at twice the limit.
import type Docker from 'dockerode';
import { SandboxError } from '../../../core/schema/errors.ts';
import type { SandboxLimits } from '../sandbox.ts';
import type { DiskWatch } from './disk-watch.ts';
import { type LayerSize, measureLayer } from './layer-size.ts';

/** An engine, and what watches over the disks of the containers that Stepwright has there. */
export interface WatchedEngine {
  docker: Docker;
  disks: DiskWatch;
}

/** A container whose processes can be ended in such a way that whoever runs them knows by whom. */
interface Guarded {
  readonly container: Docker.Container;
  kill(): Promise<void>;
}

/** A sandbox with more than so many times its limits is removed. */
export const MOST_OVER = 2;

export class DiskGuard {
  readonly stop: () => void;
  readonly #watch: DiskWatch;
  readonly #shell: Guarded;
  readonly #container: Docker.Container;
  readonly #limits: SandboxLimits;
  /** What a command may fill the layer to. */
  #allowed: LayerSize;
  #kills = 0;
  #removed: string | undefined;

  constructor(watch: DiskWatch, shell: Guarded, limits: SandboxLimits) {
    const { container } = shell;
    this.#watch = watch;
    this.#shell = shell;
    this.#container = container;
    this.#limits = limits;
    this.#allowed = { bytes: limits.diskBytes, files: limits.files };
    this.stop = watch.add(container, limits, (size) => this.#enforce(size));
  }

  /**
   * Whether the sandbox was found over its limit while `work` ran. Throws a SandboxError when the engine's whole disk was full then:
   * whatever failed may have failed for that.
   */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; diskFull: boolean }> {
    const before = this.#kills;
    const started = performance.now();
    try {
      const result = await work();
      await this.#watch.refuseFull(started);
      return { result, diskFull: this.#kills > before };
    } catch (error) {
      if (this.#removed === undefined) throw error;
      throw new SandboxError(this.#removed, { cause: error });
    }
  }

  /**
   * Measures now, before the engine copies what was written: a file with holes costs the sandbox's disk nothing, so that no watch saw it
   * grow, and counts with all its bytes. Throws a SandboxError over twice the limits.
   */
  async check(): Promise<void> {
    const size = await measureLayer(this.#container, MOST_OVER * this.#limits.files);
    if (this.#isFarOver(size)) throw new SandboxError(`${this.#excess(size)} Remove some files, or raise the limits.`);
  }

  #isFarOver({ bytes, files }: LayerSize): boolean {
    return bytes > MOST_OVER * this.#limits.diskBytes || files > MOST_OVER * this.#limits.files;
  }

  #excess({ bytes, files }: LayerSize): string {
    const { diskBytes, files: most } = this.#limits;
    return `Sandbox ${this.#container.id.slice(0, 12)} has written ${bytes} bytes in ${files} files, more than twice its limits (${diskBytes}, ${most}).`;
  }

  async #enforce({ bytes, files }: LayerSize): Promise<void> {
    const { diskBytes, files: most } = this.#limits;
    if (this.#isFarOver({ bytes, files })) {
      this.#removed = `${this.#excess({ bytes, files })} It was removed.`;
      await this.#container.remove({ force: true, v: true }).catch(() => undefined);
    } else if (bytes > this.#allowed.bytes || files > this.#allowed.files) {
      this.#kills++;
      await this.#shell.kill();
      // As it is now it may stay: freeing some must not be ended for what was written before, and while it was measured.
      const left = await measureLayer(this.#container, MOST_OVER * most).catch(() => ({ bytes, files }));
      this.#allowed = { bytes: Math.max(left.bytes, diskBytes), files: Math.max(left.files, most) };
    }
  }
}
