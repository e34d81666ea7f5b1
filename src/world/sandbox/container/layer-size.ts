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
  Config: { Env?: string[] | null };
  SizeRw?: number;
  GraphDriver?: { Data?: { UpperDir?: string } | null };
}

const inspect = async (container: Docker.Container, size: boolean): Promise<Inspected> =>
  (await container.inspect({ size } as object)) as unknown as Inspected;

/** The folder on the engine's disk that holds what a container wrote, and the environment of its programs. */
export async function layerOf(container: Docker.Container): Promise<{ dir: string | undefined; env: string[] }> {
  const { Config, GraphDriver } = await inspect(container, false);
  return { dir: GraphDriver?.Data?.UpperDir, env: Config.Env ?? [] };
}

/** Counts no more than `mostFiles` and a folder. */
export async function measureLayer(container: Docker.Container, mostFiles: number): Promise<LayerSize> {
  const { SizeRw, GraphDriver } = await inspect(container, true);
  const dir = GraphDriver?.Data?.UpperDir;
  return { bytes: SizeRw ?? 0, files: dir === undefined ? 0 : await countFiles(dir, mostFiles) };
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
