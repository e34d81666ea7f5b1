// `quickstart`: the whole loop on what ships, as the commands a user would type, one after the other in one run folder. Each is printed
// before it runs, each resumes by itself, and a stage that is done is not done again.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { writeJson } from '../run/files.ts';
import { createReporter } from '../run/reporter.ts';
import { openRun, type RunDir } from '../run/run-dir.ts';
import { EXIT, printJson } from './output.ts';
import { quickstartStages } from './quickstart-stages.ts';

/** Runs one command line in this process; gives its exit code. */
type RunCommand = (argv: readonly string[]) => Promise<number>;

export function quickstartCommand(runCommand: RunCommand): Command {
  return new Command('quickstart')
    .option('--run <dir>', 'run folder; naming one resumes it, as does leaving it out while the last one is unfinished')
    .option('--seed <n>', 'seed of every sample, shuffle and rollout', Number, 1)
    .option('--json', 'print the leaderboard as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright quickstart --seed 2')
    .action(async ({ run: dir, seed, json }: { run?: string; seed: number; json?: boolean }) => {
      const run = await openRun({ command: 'quickstart', config: { seed }, dir: dir ?? (await lastUnfinished(seed)) });
      process.exitCode = await runStages(run, seed, runCommand);
      if (!json || process.exitCode !== EXIT.done) return;
      const board = JSON.parse(await readFile(run.path('leaderboard.json'), 'utf8'));
      printJson({ ...board, seconds: sum(await stagesDone(run)) });
    });
}

/** Seconds of work by stage. */
type StageTimes = Record<string, number>;

/** Runs what is not done yet, in order; returns the first exit code that is not 0. */
async function runStages(run: RunDir, seed: number, runCommand: RunCommand): Promise<number> {
  const emit = createReporter();
  emit({ type: 'note', text: `run folder: ${run.dir}` });
  const done = await stagesDone(run);
  for (const { name, argv } of quickstartStages(run, seed)) {
    if (done[name] !== undefined) continue;
    emit({ type: 'stage', name: `${name}: stepwright ${argv.join(' ')}` });
    const started = performance.now();
    const code = await runCommand(argv);
    if (code !== EXIT.done) return code;
    done[name] = Math.round((performance.now() - started) / 100) / 10;
    await writeJson(run.path('stages.json'), done);
    emit({ type: 'note', text: `${name}: ${done[name]} s` });
  }
  emit({ type: 'note', text: `${sum(done)} s of work. Open ${run.path('leaderboard.html')}` });
  return EXIT.done;
}

const stagesDone = (run: RunDir): Promise<StageTimes> =>
  readFile(run.path('stages.json'), 'utf8').then(JSON.parse, () => ({}));

const sum = (times: StageTimes): number => Math.round(Object.values(times).reduce((total, time) => total + time, 0));

/** The newest quickstart run of this seed that never reached its leaderboard. */
async function lastUnfinished(seed: number): Promise<string | undefined> {
  const names = (await readdir('runs').catch(() => [])).filter((name) => name.startsWith('quickstart-'));
  const runs = await Promise.all(
    names.map(async (name) => {
      const dir = join('runs', name);
      const saved = await readFile(join(dir, 'run.json'), 'utf8').then(JSON.parse, () => undefined);
      const finished = (await readdir(dir)).includes('leaderboard.json');
      return { dir, started: String(saved?.started), open: saved?.config?.seed === seed && !finished };
    }),
  );
  return runs.filter(({ open }) => open).sort((a, b) => b.started.localeCompare(a.started))[0]?.dir;
}
