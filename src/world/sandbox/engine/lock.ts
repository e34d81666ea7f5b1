// Work that one process of the machine does at a time: starting the engine, building or pulling an image.
import { join } from 'node:path';
import { waitForLock } from '../../../core/run/file-lock.ts';
import { cacheDir } from '../../../core/run/paths.ts';

/** Runs `work` while no other process holds `name`; `onWait` is called once when it has to wait. */
export async function withLock<T>(name: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  const path = join(cacheDir(), 'locks', `${name.replace(/[^\w.-]/g, '_')}.lock`);
  await using _ = await waitForLock(path, { onWait });
  return await work();
}
