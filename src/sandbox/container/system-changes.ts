// Whether a container's own programs may still be believed: the layer that it wrote is looked at from outside.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { layerOf } from './layer-size.ts';

/** What every program is loaded from. */
const SYSTEM = ['/bin', '/sbin', '/lib', '/lib64', '/usr', '/etc/ld.so.preload', '/etc/ld.so.cache'];

/** Whether anything was written where programs and their libraries are, or on PATH. False where the engine's disk cannot be seen. */
export async function hasChangedSystem(container: Docker.Container): Promise<boolean> {
  const { dir, env } = await layerOf(container);
  if (dir === undefined) return false;
  const path = env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  const changed = await Promise.all([...SYSTEM, ...path.split(':')].map((place) => isThere(join(dir, place))));
  return changed.includes(true);
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
