// What a container has written, seen from outside it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';

export interface LayerSize {
  bytes: number;
  /** Files and folders; 0 where the engine's disk cannot be seen from here. */
  files: number;
}

/** What dockerode's types leave out. */
interface Inspected {
  SizeRw?: number;
  GraphDriver?: { Data?: { UpperDir?: string } | null };
}

/** Counts no more than `mostFiles` and a folder. */
export async function measureLayer(container: Docker.Container, mostFiles: number): Promise<LayerSize> {
  const info = (await container.inspect({ size: true } as object)) as unknown as Inspected;
  const dir = info.GraphDriver?.Data?.UpperDir;
  return { bytes: info.SizeRw ?? 0, files: dir === undefined ? 0 : await countFiles(dir, mostFiles) };
}

/** Symlinks are not followed; what goes away meanwhile does not count. */
async function countFiles(dir: string, most: number): Promise<number> {
  let count = 0;
  for (const folders = [dir]; folders.length > 0 && count <= most; ) {
    const folder = folders.pop()!;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(folder, entry.name));
  }
  return count;
}
