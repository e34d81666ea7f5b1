// Where trajectories lie: files as they are named, and in folders whatever may hold some, by content where the name does not tell.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes } from '../../core/io/bytes.ts';
import { DecompressError } from '../../core/io/decompress-error.ts';
import { ConfigError } from '../../core/schema/errors.ts';

export interface FoundFile {
  path: string;
  /** On the command line; else found in a folder, where other things lie too. */
  isNamed: boolean;
}

/** In the order of the paths, and of their names within a folder. */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  return (await Promise.all(paths.map(filesAt))).flat();
}

async function filesAt(path: string): Promise<FoundFile[]> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined)
    throw new ConfigError(`${path}: no such file or folder. Give files of trajectories, or folders of them.`);
  if (!info.isDirectory()) return [{ path, isNamed: true }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: FoundFile[] = [];
  for (const name of names.sort()) if (await mayHoldRows(name)) found.push({ path: name, isNamed: false });
  if (found.length === 0)
    throw new ConfigError(
      `${path}: there is no JSON and no Parquet in it. Give files of trajectories, or folders of them.`,
    );
  return found;
}

const mayHoldRows = async (path: string): Promise<boolean> =>
  /\.(parquet|(jsonl?|ndjson|traj)(\.(gz|zst))?)$/i.test(path) || (await beginsLikeRows(path));

async function beginsLikeRows(path: string): Promise<boolean> {
  try {
    for await (const chunk of readBytes(path)) return /^(\s*[[{]|PAR1)/.test(chunk.subarray(0, 256).toString('latin1'));
    return false;
  } catch (error) {
    if (error instanceof DecompressError) return false;
    throw error;
  }
}
