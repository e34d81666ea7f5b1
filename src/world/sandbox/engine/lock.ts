// A lock between processes of one machine: a file that names its owner. An owner that died gives it up.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir } from '../../../core/run/paths.ts';
import { processStart } from './process-id.ts';

const POLL_MS = 250;

/** Runs `work` while no other process holds `name`; `onWait` is called once when it has to wait. */
export async function withLock<T>(name: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  const path = join(cacheDir(), `${name.replace(/[^\w.-]/g, '_')}.lock`);
  await mkdir(cacheDir(), { recursive: true });
  let told = false;
  while (!(await take(path))) {
    if (!told) onWait?.();
    told = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  const self = `${process.pid} ${processStart(process.pid)}`;
  try {
    await writeFile(path, self, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (await isStale(path)) await discard(path);
  return false;
}

async function isStale(path: string): Promise<boolean> {
  const [pid, start] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  return pid !== '' && processStart(Number(pid)) !== start;
}

/** Moved aside first: of several that find it stale, one gets it, and none removes a lock taken in between. */
async function discard(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
