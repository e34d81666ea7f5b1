// Whole files, written so that a reader never sees half of one.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from '../schema/errors.ts';

/** Writes beside the target and renames over it; of several at once the last counts. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);

/** Runs `write`, which takes back what it began when it fails. Throws a ConfigError when the disk of `folder` is full. */
export async function withSpace(what: string, folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new ConfigError(
      `${folder}: no space left for ${what}. What was there before is whole: free some disk and run the same command again.`,
      { cause: error },
    );
  }
}
