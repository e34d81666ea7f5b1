// Whole files, written so that a reader never sees half of one, and so that a power cut does not take back what was reported as written.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { ConfigError } from '../schema/errors.ts';

/** Writes beside the target and renames over it; of several at once the last counts. The content is on the disk before its name is. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await using file = await open(temporary, 'w');
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await replaceFile(temporary, path);
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);

/** Undefined when the file is missing, empty, torn or of another shape: whatever keeps a result to save work makes it again. */
export async function readJsonOr<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return '';
  });
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Gives a file that is on the disk its name, which is there too when this resolves. */
export async function replaceFile(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncPath(dirname(to));
}

/** `fsync` of a file, or of a folder's names. */
export async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
}

/** Runs `write`, which takes back what it began when it fails. Throws a ConfigError when the disk of `folder` is full. */
export async function withSpace(what: string, folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw noSpace(what, folder, { cause: error });
  }
}

/** Throws, before any work is done for it, when `bytes` more would not fit on the disk of `folder`. */
export async function requireSpace(what: string, folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw noSpace(what, folder);
}

const noSpace = (what: string, folder: string, options?: ErrorOptions): ConfigError =>
  new ConfigError(
    `${folder}: no space left for ${what}. What was there before is whole: free some disk and run the same command again.`,
    options,
  );
