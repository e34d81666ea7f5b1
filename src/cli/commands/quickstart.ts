// `quickstart`: the whole loop on what ships, as the commands a user would type, one after the other in one run folder.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { whole } from '../../core/options/fields.ts';
import { readJsonOr } from '../../core/run/files.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { type OpenRun, openRun, RunHeldError, runFileSchema } from '../../core/run/run-dir.ts';
import { checked } from '../options/checked.ts';
import { EXIT, printJson } from '../output.ts';
import { quickstartStages } from '../quickstart-stages.ts';
import { type RunCommand, runStages, secondsOfWork } from '../run-stages.ts';

export function quickstartCommand(runCommand: RunCommand): Command {
  return new Command('quickstart')
    .option('--run <dir>', 'run folder; naming one resumes it, as does leaving it out while the last one is unfinished')
    .option('--seed <n>', 'seed of every sample, shuffle and rollout', checked(whole()), 1)
    .option('--json', 'print the leaderboard as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright quickstart --seed 2')
    .action(async ({ run: dir, seed, json }: { run?: string; seed: number; json?: boolean }) => {
      await using run = dir === undefined ? await openNewest(seed) : await openIn(seed, dir);
      const emit = createReporter();
      emit({ type: 'note', text: `run folder: ${run.dir}` });
      process.exitCode = await runStages(run, quickstartStages(run, seed), { emit, runCommand });
      if (process.exitCode !== EXIT.done) return;
      const seconds = await secondsOfWork(run);
      emit({ type: 'note', text: `${seconds} s of work. Open ${run.path('leaderboard.html')}` });
      if (json) printJson({ ...JSON.parse(await readFile(run.path('leaderboard.json'), 'utf8')), seconds });
    });
}

const openIn = (seed: number, dir?: string): Promise<OpenRun> =>
  openRun({ command: 'quickstart', config: { seed }, dir });

/** The newest quickstart run of this seed that never reached its leaderboard and that nobody is at work in; a new one otherwise. */
async function openNewest(seed: number): Promise<OpenRun> {
  for (const dir of await unfinishedRuns(seed)) {
    try {
      return await openIn(seed, dir);
    } catch (error) {
      if (!(error instanceof RunHeldError)) throw error;
    }
  }
  return openIn(seed);
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
