// The Hugging Face cache, which every tool of theirs shares: `blobs/` by checksum, `snapshots/<commit>/` with links to them, `refs/<revision>`
// with the commit that a revision was when it was fetched.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { getHFHubCachePath, getRepoFolderName } from '@huggingface/hub';
import { weightFiles } from '../checkpoint/parameters.ts';

const COMMIT = /^[0-9a-f]{40}$/;

export interface HubCache {
  readonly folder: string;
  blob(checksum: string): string;
  snapshot(commit: string): string;
  /** Gives a blob its name in a snapshot. */
  link(commit: string, name: string, checksum: string): Promise<void>;
  setRevision(revision: string, commit: string): Promise<void>;
  /** The snapshot of a revision where all that a student needs is in it. */
  findStudent(revision: string): Promise<string | undefined>;
}

export function hubCache(name: string): HubCache {
  const folder = join(getHFHubCachePath(), getRepoFolderName({ type: 'model', name }));
  const snapshot = (commit: string): string => join(folder, 'snapshots', commit);
  const blob = (checksum: string): string => join(folder, 'blobs', checksum);
  const reference = (revision: string): string => join(folder, 'refs', revision);
  return {
    folder,
    blob,
    snapshot,
    async link(commit, name, checksum) {
      const path = join(snapshot(commit), name);
      await mkdir(dirname(path), { recursive: true });
      await rm(path, { force: true });
      await symlink(relative(dirname(path), blob(checksum)), path);
    },
    async setRevision(revision, commit) {
      if (revision === commit) return;
      await mkdir(dirname(reference(revision)), { recursive: true });
      await writeFile(reference(revision), commit);
    },
    async findStudent(revision) {
      const commit = COMMIT.test(revision)
        ? revision
        : (await readFile(reference(revision), 'utf8').catch(() => '')).trim();
      if (!COMMIT.test(commit)) return undefined;
      return (await isStudent(snapshot(commit))) ? snapshot(commit) : undefined;
    },
  };
}

/** Links to blobs that are not there do not exist, either. */
async function isStudent(folder: string): Promise<boolean> {
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', ...(await weightFiles(folder))];
  return names.every((name) => existsSync(join(folder, name)));
}
