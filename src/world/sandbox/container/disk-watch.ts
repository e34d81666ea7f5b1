// Keeps what containers write within their limits on any engine: overlay2 has quotas on XFS alone. Asking for a layer's size costs a walk
// through it, so it is asked for only when the engine's disk as a whole has become fuller, which costs nothing to see.
import { statfs } from 'node:fs/promises';
import type Docker from 'dockerode';
import { minOf } from '../../../core/run/large-arrays.ts';
import { SandboxError } from '../../../core/schema/errors.ts';
import { engineDisk } from '../engine/disk.ts';
import type { SandboxLimits } from '../sandbox.ts';
import { type LayerSize, measureLayer } from './layer-size.ts';

/** @unit milliseconds */
const LOOK_EVERY = 200;
/** Where the engine's disk cannot be seen. @unit milliseconds */
const MEASURE_EVERY = 5000;
/** With less than this an engine's disk is full. */
const LEAST_FREE = { bytes: 4 * 1024 * 1024, files: 16 };
/** A layer is measured when the disk has lost this part of the smallest limit. */
const GRAIN = 1 / 16;

type DiskLimits = Pick<SandboxLimits, 'diskBytes' | 'files'>;

interface Watched {
  container: Docker.Container;
  limits: DiskLimits;
  onExceeded: (size: LayerSize) => Promise<void>;
}

export class DiskWatch {
  readonly #docker: Docker;
  readonly #watched = new Set<Watched>();
  #path: Promise<string | undefined> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  /** On the clock of `performance`, as nobody sets that one. @unit milliseconds */
  #measuredAt = Number.NEGATIVE_INFINITY;
  #free = { bytes: 0, files: 0 };
  /** When the disk was last seen full, on that clock. @unit milliseconds */
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(docker: Docker) {
    this.#docker = docker;
  }

  /** Calls `onExceeded` each time the container is found over a limit, until the returned function is called. */
  add(container: Docker.Container, limits: DiskLimits, onExceeded: Watched['onExceeded']): () => void {
    const watched = { container, limits, onExceeded };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY).unref();
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      if (await this.#isFuller()) await Promise.all([...this.#watched].map((watched) => this.#check(watched)));
    } catch {
      // An engine that does not answer now: the next look will tell.
    } finally {
      this.#looking = false;
    }
  }

  async #isFuller(): Promise<boolean> {
    const disk = await this.#readDisk();
    if (disk === undefined) {
      const due = performance.now() - this.#measuredAt >= MEASURE_EVERY;
      if (due) this.#measuredAt = performance.now();
      return due;
    }
    const { bytes, files } = disk;
    const smallest = (of: (limits: DiskLimits) => number) => minOf([...this.#watched].map(({ limits }) => of(limits)));
    const fuller =
      this.#free.bytes - bytes > GRAIN * smallest(({ diskBytes }) => diskBytes) ||
      this.#free.files - files > GRAIN * smallest((limits) => limits.files);
    // From the emptiest state since the last measurement on.
    this.#free = fuller
      ? { bytes, files }
      : { bytes: Math.max(bytes, this.#free.bytes), files: Math.max(files, this.#free.files) };
    return fuller;
  }

  /** Throws a SandboxError when the engine's disk is full, or was seen to be after `since`. */
  async refuseFull(since: number): Promise<void> {
    await this.#readDisk();
    if (this.#fullAt >= since)
      throw new SandboxError(
        `The engine's disk is full (${await this.#path}): what ran meanwhile has no result. Free some (\`stepwright envs prune\` removes unused images).`,
      );
  }

  /** What is free; undefined where it cannot be seen from here. */
  async #readDisk(): Promise<{ bytes: number; files: number } | undefined> {
    this.#path ??= engineDisk(this.#docker).then((disk) => disk?.path);
    const path = await this.#path;
    if (path === undefined) return undefined;
    const { bavail, bsize, files, ffree } = await statfs(path);
    const bytes = bavail * bsize;
    // A file system that makes inodes as it needs them says that it has none.
    if (bytes < LEAST_FREE.bytes || (files > 0 && ffree < LEAST_FREE.files)) this.#fullAt = performance.now();
    return { bytes, files: ffree };
  }

  async #check(watched: Watched): Promise<void> {
    const { container, limits, onExceeded } = watched;
    const size = await measureLayer(container, 2 * limits.files);
    if (!this.#watched.has(watched)) return;
    if (size.bytes > limits.diskBytes || size.files > limits.files) await onExceeded(size);
  }
}
