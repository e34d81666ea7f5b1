// The run folder that `quickstart` works in: an unfinished one is resumed.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Given } from '../core/options/check.ts';
import { readJsonOr } from '../core/run/files.ts';
import { type OpenRun, openRun, RunHeldError, runFileSchema } from '../core/run/run-dir.ts';

/** `dir`, or the newest one that is not finished. */
export const openQuickstart = (seed: number, resolved: Given, dir?: string): Promise<OpenRun> =>
  dir === undefined ? openNewest(seed, resolved) : openIn(seed, resolved, dir);

const openIn = (seed: number, resolved: Given, dir?: string): Promise<OpenRun> =>
  openRun({ command: 'quickstart', config: { seed }, dir, resolved });

/** The newest quickstart run of this seed that never reached its leaderboard and that nobody is at work in; a new one otherwise. */
async function openNewest(seed: number, resolved: Given): Promise<OpenRun> {
  for (const dir of await unfinishedRuns(seed)) {
    try {
      return await openIn(seed, resolved, dir);
    } catch (error) {
      if (!(error instanceof RunHeldError)) throw error;
    }
  }
  return openIn(seed, resolved);
}

async function unfinishedRuns(seed: number): Promise<string[]> {
  const names = (await readdir('runs').catch(() => [])).filter((name) => name.startsWith('quickstart-'));
  const runs = await Promise.all(
    names.map(async (name) => {
      const dir = join('runs', name);
      const saved = await readJsonOr(join(dir, 'run.json'), runFileSchema);
      const isFinished = (await readdir(dir)).includes('leaderboard.json');
      return { dir, started: saved?.started ?? '', isOpen: saved?.config.seed === seed && !isFinished };
    }),
  );
  return runs
    .filter(({ isOpen }) => isOpen)
    .sort((a, b) => b.started.localeCompare(a.started))
    .map(({ dir }) => dir);
}
