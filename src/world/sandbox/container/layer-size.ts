// What a container has written, seen from outside it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { SandboxError } from '../../../core/schema/errors.ts';

export interface LayerSize {
  bytes: number;
  /** Files and folders; 0 where the engine's disk cannot be seen from here. */
  files: number;
}

/** What dockerode's types leave out. */
interface Inspected {
  Config: { Env?: string[] | null };
  SizeRw?: number;
  SizeRootFs?: number;
  GraphDriver?: { Data?: { UpperDir?: string } | null };
}

const inspect = async (container: Docker.Container, size: boolean): Promise<Inspected> =>
  (await container.inspect({ size } as object)) as unknown as Inspected;

/**
 * The folder on the engine's disk that holds what a container wrote, and the environment of its programs. Without a folder where this
 * process cannot look into it: a remote engine's, another user's, or one of a storage driver that has none.
 */
export async function layerOf(container: Docker.Container): Promise<{ dir: string | undefined; env: string[] }> {
  const inspected = await inspect(container, false);
  return { dir: await readableLayer(inspected), env: inspected.Config.Env ?? [] };
}

async function readableLayer({ GraphDriver }: Inspected): Promise<string | undefined> {
  const dir = GraphDriver?.Data?.UpperDir;
  if (dir === undefined) return undefined;
  return readdir(dir).then(
    () => dir,
    () => undefined,
  );
}

/** Counts no more than `mostFiles` and a folder. Throws where the engine does not say how many bytes it are. */
export async function measureLayer(container: Docker.Container, mostFiles: number): Promise<LayerSize> {
  const inspected = await inspect(container, true);
  // Podman leaves a zero out.
  const { SizeRw: bytes = inspected.SizeRootFs === undefined ? undefined : 0 } = inspected;
  if (bytes === undefined)
    throw new SandboxError(`The engine does not say how much container ${container.id.slice(0, 12)} has written.`);
  const dir = await readableLayer(inspected);
  return { bytes, files: dir === undefined ? 0 : await countFiles(dir, mostFiles) };
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
