// Whether the engine's disk has room, asked before work that would fill it half way.
import { statfs } from 'node:fs/promises';
import type Docker from 'dockerode';
import { ConfigError } from '../../../core/schema/errors.ts';

export interface Disk {
  path: string;
  freeBytes: number;
}

/** Undefined when the engine's disk cannot be seen from here (a remote engine). */
export async function engineDisk(docker: Docker): Promise<Disk | undefined> {
  const { DockerRootDir: path } = (await docker.info()) as { DockerRootDir: string };
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, freeBytes: bavail * bsize };
  } catch {
    return undefined;
  }
}

export async function checkDisk(docker: Docker, neededBytes: number, what: string): Promise<void> {
  const disk = await engineDisk(docker);
  if (disk === undefined || disk.freeBytes >= neededBytes) return;
  throw new ConfigError(
    `Not enough disk for ${what}: ${gigabytes(neededBytes)} needed, ${gigabytes(disk.freeBytes)} free at ${disk.path}. ` +
      'Free some (`stepwright envs prune` removes unused images).',
  );
}

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
