// `replay`: trajectories again in fresh sandboxes, and how faithful they are.
import { Command } from 'commander';
import { interruptSignal } from '../run/interrupt.ts';
import { createReporter } from '../run/reporter.ts';
import { openRun } from '../run/run-dir.ts';
import { openBackend } from '../sandbox/backend.ts';
import { ensureImages } from '../sandbox/images/images.ts';
import { ConfigError } from '../schema/errors.ts';
import type { Instance } from '../schema/instance.ts';
import type { Trajectory } from '../schema/trajectory.ts';
import { loadInstances, suiteNames } from '../task/load.ts';
import { loadTrajectoryFiles, saveTrajectories, type TrajectoryFile } from '../trajectory/load.ts';
import { type ReplayRow, replayAll } from '../trajectory/replay-all.ts';
import { createPatchJudge, loadEnvironmentsOf } from './judging.ts';
import { EXIT, printJson } from './output.ts';

interface Options {
  tasks?: string[];
  jobs: number;
  judge: boolean;
  update?: boolean;
  limit?: number;
  failUnder: number;
  run?: string;
  json?: boolean;
}

export const replayCommand = (): Command =>
  new Command('replay')
    .argument('<paths...>', 'trajectory files (.jsonl, .jsonl.gz) or folders of them')
    .option('--tasks <source...>', 'where their instances are (default: the suites that ship)')
    .option('-j, --jobs <n>', 'sandboxes at once', Number, 2)
    .option('--limit <n>', 'only the first n trajectories', Number)
    .option('--no-judge', 'do not run the tests on what came out')
    .option('--update', 'write the observations of this run into the files')
    .option('--fail-under <share>', 'exit 1 when fewer steps are equal after normalising', Number, 0.99)
    .option('--run <dir>', 'run folder; naming one resumes it')
    .option('--json', 'print the counts as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright replay trajectories/ -j 4 --json')
    .action(run);

async function run(paths: string[], options: Options): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  const files = await loadTrajectoryFiles(paths, emit);
  const trajectories = files.flatMap((file) => file.trajectories).slice(0, options.limit);
  const instances = await instancesOf(trajectories, options.tasks ?? (await suiteNames()));
  const environments = await loadEnvironmentsOf([...instances.values()]);
  const folder = await openRun({
    command: 'replay',
    config: { paths, update: options.update ?? false },
    dir: options.run,
  });
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit });
  emit({ type: 'stage', name: 'replaying', total: trajectories.length });
  const rows = await replayAll({
    ...{ trajectories, backend, jobs: options.jobs, emit, signal, runId: folder.id },
    instanceOf: ({ instance_id }) => instances.get(instance_id!)!,
    judge: options.judge ? createPatchJudge(backend, environments, { runId: folder.id, signal }) : undefined,
    resultsFile: folder.path('replay.jsonl'),
    isUpdate: options.update ?? false,
  });
  if (options.update) await update(files, new Map(trajectories.map((old, index) => [old, rows[index]?.rerecorded])));
  const result = { ...countsOf(rows), run: folder.dir };
  for (const row of rows)
    if (row.error !== undefined) emit({ type: 'warn', text: `${row.trajectory_id}: ${row.error}` });
  emit({ type: 'note', text: sentence(result) });
  if (options.json) printJson(result);
  const isFaithful = result.equal >= options.failUnder * result.steps && result.errors === 0;
  if (!isFaithful || result.lost.length > 0) process.exitCode = EXIT.someFailed;
}

async function instancesOf(trajectories: readonly Trajectory[], sources: string[]): Promise<Map<string, Instance>> {
  const loaded = (await Promise.all(sources.map((source) => loadInstances(source)))).flat();
  const byId = new Map(loaded.map((instance) => [instance.instance_id, instance]));
  const missing = trajectories.find(({ instance_id }) => !byId.has(instance_id ?? ''));
  if (missing !== undefined)
    throw new ConfigError(
      `${missing.trajectory_id}: no instance "${missing.instance_id}" in ${sources.join(', ')}. Name its suite with --tasks.`,
    );
  return new Map(trajectories.map(({ instance_id }) => [instance_id!, byId.get(instance_id!)!]));
}

/** A trajectory is replaced by a run of its own, and stays as it is where the sandbox broke. */
async function update(
  files: readonly TrajectoryFile[],
  fresh: ReadonlyMap<Trajectory, Trajectory | undefined>,
): Promise<void> {
  for (const { path, trajectories } of files)
    await saveTrajectories(
      path,
      trajectories.map((old) => fresh.get(old) ?? old),
    );
}

function countsOf(rows: readonly ReplayRow[]) {
  const sum = (value: (row: ReplayRow) => number): number => rows.reduce((total, row) => total + value(row), 0);
  return {
    trajectories: rows.length,
    steps: sum(({ steps }) => steps),
    exact: sum(({ exact }) => exact),
    equal: sum(({ equal }) => equal),
    different: sum(({ different }) => different.length),
    diff_equal: rows.filter((row) => row.diff_equal).length,
    still_resolved: rows.filter((row) => row.still_resolved === true).length,
    lost: rows.filter((row) => row.still_resolved === false).map(({ trajectory_id }) => trajectory_id),
    errors: rows.filter(({ error }) => error !== undefined).length,
  };
}

const sentence = (counts: ReturnType<typeof countsOf>): string =>
  `${counts.equal} of ${counts.steps} steps equal (${counts.exact} exactly), ${counts.different} different; ${counts.diff_equal} of ${counts.trajectories} diffs equal; ${counts.still_resolved} still resolved`;
