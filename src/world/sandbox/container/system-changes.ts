// Whether a container's own programs may still be believed: the layer that it wrote is looked at from outside.
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { layerOf } from './layer-size.ts';

/** What every program is loaded from. */
const SYSTEM = ['/bin', '/sbin', '/lib', '/lib64', '/usr', '/etc/ld.so.preload', '/etc/ld.so.cache'];

/** The engine mounts its init there, which leaves an empty file in every layer. The untrusted command can neither write nor move it. */
const INIT = ['/sbin/docker-init', '/usr/sbin/docker-init'];

/** Whether anything was, or may have been, written where programs and their libraries are, or on PATH: what cannot be seen may have
 * been. */
export async function hasChangedSystem(container: Docker.Container): Promise<boolean> {
  const { dir, env } = await layerOf(container);
  if (dir === undefined) return true;
  // Without one the engine's default holds, which has no other folders than SYSTEM's.
  const path =
    env
      .find((entry) => entry.startsWith('PATH='))
      ?.slice('PATH='.length)
      .split(':') ?? [];
  const init = INIT.map((file) => join(dir, file));
  const changed = await Promise.all([...SYSTEM, ...path].map((place) => isWritten(dir, place, init)));
  return changed.includes(true);
}

/**
 * A layer has a folder when something in it, or it itself, was written; what was removed is there as a device. A folder that goes while it is
 * looked at counts as written. Links are not followed.
 */
async function isWritten(dir: string, place: string, init: readonly string[]): Promise<boolean> {
  let at = dir;
  for (const part of place.split('/').filter((name) => name !== '')) {
    at = join(at, part);
    const found = await statusOf(at);
    if (found === undefined) return false;
    if (!found.isDirectory()) return !init.includes(at);
  }
  const names = await readdir(at).catch(() => []);
  const within = await Promise.all(names.map((name) => isWritten(at, name, init)));
  return names.length === 0 || within.includes(true);
}

const statusOf = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined);
