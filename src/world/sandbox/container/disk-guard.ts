// What happens to a sandbox over its disk limit: its processes are ended and its files kept, so that the next command may free some; one
// that goes on writing is removed at twice the limit.
import type Docker from 'dockerode';
import { SandboxError } from '../../../core/schema/errors.ts';
import type { SandboxLimits } from '../sandbox.ts';
import type { DiskWatch } from './disk-watch.ts';
import { type LayerSize, measureLayer } from './layer-size.ts';

export class DiskGuard {
  readonly stop: () => void;
  readonly #container: Docker.Container;
  readonly #limits: SandboxLimits;
  /** What a command may fill the layer to. */
  #allowed: LayerSize;
  #kills = 0;
  #removed: string | undefined;

  constructor(watch: DiskWatch, container: Docker.Container, limits: SandboxLimits) {
    this.#container = container;
    this.#limits = limits;
    this.#allowed = { bytes: limits.diskBytes, files: limits.files };
    this.stop = watch.add(container, limits, (size) => this.#enforce(size));
  }

  /** Whether the sandbox was found over its limit while `work` ran. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; diskFull: boolean }> {
    const before = this.#kills;
    try {
      return { result: await work(), diskFull: this.#kills > before };
    } catch (error) {
      if (this.#removed === undefined) throw error;
      throw new SandboxError(this.#removed, { cause: error });
    }
  }

  async #enforce({ bytes, files }: LayerSize): Promise<void> {
    const { diskBytes, files: most } = this.#limits;
    if (bytes > 2 * diskBytes || files > 2 * most) {
      this.#removed = `Sandbox ${this.#container.id.slice(0, 12)} was removed: it had written ${bytes} bytes in ${files} files, more than twice its limits (${diskBytes}, ${most}).`;
      await this.#container.remove({ force: true, v: true }).catch(() => undefined);
    } else if (bytes > this.#allowed.bytes || files > this.#allowed.files) {
      this.#kills++;
      await this.#container.kill().catch(() => undefined);
      // As it is now it may stay: freeing some must not be ended for what was written before, and while it was measured.
      const left = await measureLayer(this.#container, 2 * most).catch(() => ({ bytes, files }));
      this.#allowed = { bytes: Math.max(left.bytes, diskBytes), files: Math.max(left.files, most) };
    }
  }
}
