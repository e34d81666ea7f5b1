// `quickstart`: the whole loop on what ships, as the commands a user would type, one after the other in one run folder.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Given } from '../../core/options/check.ts';
import { jsonField, runField, seedField } from '../../core/options/vocabulary.ts';
import { readJsonOr } from '../../core/run/files.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { type OpenRun, openRun, RunHeldError, runFileSchema } from '../../core/run/run-dir.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { quickstartStages } from '../quickstart-stages.ts';
import { type RunCommand, runStages, secondsOfWork } from '../run-stages.ts';

export const quickstartCommand = (runCommand: RunCommand) =>
  defineCommand({
    name: 'quickstart',
    about: 'Runs the whole loop on what ships with Stepwright. Needs no API key and no GPU.',
    options: z.object({
      run: runField({ shownDefault: 'the last one if unfinished, or runs/quickstart-<date>-<id>' }),
      seed: seedField('random seed of every sample, shuffle and rollout'),
      json: jsonField('the leaderboard'),
    }),
    examples: ['stepwright quickstart --seed 2'],
    async run({ run: dir, seed, json }, { resolved }) {
      await using run = dir === undefined ? await openNewest(seed, resolved) : await openIn(seed, resolved, dir);
      const emit = createReporter();
      emit({ type: 'note', text: `run folder: ${run.dir}` });
      process.exitCode = await runStages(run, quickstartStages(run, seed), { emit, runCommand });
      if (process.exitCode !== EXIT.done) return;
      const seconds = await secondsOfWork(run);
      emit({ type: 'note', text: `${seconds} s of work. Open ${run.path('leaderboard.html')}` });
      if (json) printJson({ ...JSON.parse(await readFile(run.path('leaderboard.json'), 'utf8')), seconds });
    },
  });

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
