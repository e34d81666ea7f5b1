// Whole folders, replaced so that a kill or a power cut at any moment leaves the one before or the new one.
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, syncPath } from './files.ts';

/** `write` fills an empty folder beside `folder`, which takes its place once all of it is on the disk. */
export async function replaceFolder(folder: string, write: (fresh: string) => Promise<void>): Promise<void> {
  await settleFolder(folder);
  const [next, previous] = [`${folder}.new`, `${folder}.old`];
  try {
    await rm(next, { recursive: true, force: true });
    await mkdir(next, { recursive: true });
    await write(next);
    for (const name of await readdir(next, { recursive: true })) await syncPath(join(next, name));
    await syncPath(next);
  } catch (error) {
    await rm(next, { recursive: true, force: true });
    throw error;
  }
  await rm(previous, { recursive: true, force: true });
  if (await isThere(folder)) await rename(folder, previous);
  await replaceFile(next, folder);
  await rm(previous, { recursive: true, force: true });
}

/** Ends what a kill between two renames left: the folder before is moved away only once the new one is whole. */
export async function settleFolder(folder: string): Promise<void> {
  const [next, previous] = [`${folder}.new`, `${folder}.old`];
  if ((await isThere(folder)) || !(await isThere(previous))) return;
  await rename((await isThere(next)) ? next : previous, folder);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
