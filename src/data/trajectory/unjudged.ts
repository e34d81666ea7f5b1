// Attempts that are made, and paid for, while their verdict is being found out: a file each, on the disk before judging begins, so that a
// run that is killed meanwhile judges them and does not make them again.
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonOr, withSpace, writeJson } from '../../core/run/files.ts';
import { type Attempt, attemptSchema } from '../../core/schema/trajectory.ts';

export interface UnjudgedFolder {
  /** What a run that ended meanwhile left. */
  read(): Promise<Attempt[]>;
  /** Throws a ConfigError when the disk is full. */
  write(key: string, attempt: Attempt): Promise<void>;
  remove(key: string): Promise<void>;
}

/** `dir` is there only while there is something in it. */
export function unjudgedFolder(dir: string): UnjudgedFolder {
  const fileOf = (key: string): string => join(dir, `${createHash('sha256').update(key).digest('hex')}.json`);
  return {
    async read() {
      const names = await readdir(dir).catch(() => []);
      const files = names.filter((name) => name.endsWith('.json'));
      const attempts = await Promise.all(files.map((name) => readJsonOr(join(dir, name), attemptSchema)));
      return attempts.filter((attempt) => attempt !== undefined);
    },
    async write(key, attempt) {
      await mkdir(dir, { recursive: true });
      await withSpace('an attempt that is to be judged', dir, () => writeJson(fileOf(key), attempt));
    },
    async remove(key) {
      await rm(fileOf(key), { force: true });
      await rmdir(dir).catch(() => undefined); // others are in it
    },
  };
}
