// What a run reads, by content: a file that was edited since is another input under the same name.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** SHA-256 over files, and over the files of folders with their names; undefined when one of them is not there (any more). */
export async function contentHash(paths: readonly string[]): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for (const path of paths) await addPath(hash, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function addPath(hash: Hash, path: string): Promise<void> {
  const found = await stat(path);
  if (!found.isDirectory()) return addFile(hash, path, found.size);
  for (const name of (await readdir(path, { recursive: true })).sort()) {
    const inner = await stat(join(path, name));
    if (!inner.isFile()) continue;
    hash.update(`${name}\0`);
    await addFile(hash, join(path, name), inner.size);
  }
}

async function addFile(hash: Hash, path: string, size: number): Promise<void> {
  hash.update(`${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
}
