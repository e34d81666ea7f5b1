// Where logs, locks and downloads live that outlast a run and may be deleted at any time.
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export async function cacheDir(): Promise<string> {
  const dir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stepwright');
  await mkdir(dir, { recursive: true });
  return dir;
}
