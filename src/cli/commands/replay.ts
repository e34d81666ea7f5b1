// `replay`: trajectories again in fresh sandboxes, and how faithful they are.
import { Command } from 'commander';

import { share, whole } from '../../core/options/fields.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { printable } from '../../core/run/printable.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { openRun } from '../../core/run/run-dir.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { normalRules } from '../../data/replay/normalise.ts';
import { type ReplayPlace, type ReplayRow, replayAll } from '../../data/replay/replay-all.ts';
import { describeDivergence } from '../../data/replay/replay-report.ts';
import { loadTrajectoryFiles, refuseBad, saveTrajectories, type TrajectoryFile } from '../../data/trajectory/load.ts';
import { openRejected } from '../../data/trajectory/rejected.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadInstances, suiteNames } from '../../world/task/load.ts';
import { createPatchJudge, loadEnvironmentsOf } from '../judging.ts';
import { checked } from '../options/checked.ts';
import { wholeNumber } from '../options/selection.ts';
import { EXIT, printJson } from '../output.ts';
import { openShellAfter } from '../replay-shell.ts';

interface Options {
  tasks?: string[];
  image?: string;
  id?: string[];
  jobs: number;
  judge: boolean;
  update?: boolean;
  limit?: number;
  fromStep: number;
  shell?: boolean;
  failUnder: number;
  run?: string;
  json?: boolean;
}

export const replayCommand = (): Command =>
  new Command('replay')
    .argument('<paths...>', 'trajectory files of any format, or folders of them')
    .option('--tasks <source...>', 'where their instances are (default: the suites that ship)')
    .option(
      '--image <ref>',
      'replay all in this image, whose /testbed is as the recordings found it; nothing is judged',
    )
    .option('-i, --id <id...>', 'only these trajectories, or those of these instances')
    .option('--limit <n>', 'only the first n trajectories', wholeNumber)
    .option('-j, --jobs <n>', 'sandboxes at once', checked(whole({ min: 1 })), 2)
    .option('--from-step <k>', 'run the first k steps without comparing them, and compare the rest', wholeNumber, 0)
    .option('--shell', 'of one trajectory: run the steps before --from-step, then open a shell in that state')
    .option('--no-judge', 'do not run the tests on what came out')
    .option('--update', 'write the observations of this run into the files')
    .option('--fail-under <share>', 'exit 1 when fewer steps are equal after normalising', checked(share()), 0.99)
    .option('--run <dir>', 'run folder; naming one resumes it')
    .option('--json', 'print the counts as the last line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  stepwright replay trajectories/ -j 4 --json
  stepwright replay sphinx-10323.traj --image swebench/sweb.eval.x86_64.sphinx-doc_1776_sphinx-10323
  stepwright replay trajectories/upstream.jsonl --id qs.arithmetic_operator__0a1b --from-step 5 --shell

Not held against a step:
${normalRules.map(({ what, example: [before, after] }) => `  ${what}\n    ${JSON.stringify(before)} → ${JSON.stringify(after)}`).join('\n')}`,
    )
    .action(run);

async function run(paths: string[], options: Options): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  const files = await loadTrajectoryFiles(paths, emit);
  if (options.update) refuseWhatUpdateWouldLose(files);
  const trajectories = select(files, options);
  const places = await placesOf(trajectories, options);
  const instances = [...places.values()].flatMap(({ instance }) => instance ?? []);
  const environments = await loadEnvironmentsOf(instances);
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit });
  const placeOf = (trajectory: Trajectory) => places.get(trajectory)!;
  if (options.shell) return openShellAfter(trajectories, options.fromStep, { backend, placeOf, emit, signal });
  await using folder = await openRun({
    command: 'replay',
    config: { paths, update: options.update ?? false },
    dir: options.run,
  });
  await using bad = await openRejected(folder.path('replay.jsonl'), emit);
  for (const row of files.flatMap((file) => file.bad)) await bad.reject(row);
  await bad.commit();
  emit({ type: 'stage', name: 'replaying', total: trajectories.length });
  const rows = await replayAll({
    ...{ trajectories, placeOf, backend, jobs: options.jobs, emit, signal, runId: folder.id },
    judge: options.judge ? createPatchJudge(backend, environments, { runId: folder.id, signal }) : undefined,
    resultsFile: folder.path('replay.jsonl'),
    isUpdate: options.update ?? false,
    fromStep: options.fromStep,
  });
  if (options.update) await update(files, new Map(trajectories.map((old, index) => [old, rows[index]?.rerecorded])));
  for (const row of rows)
    if (row.error !== undefined) emit({ type: 'warn', text: `${row.trajectory_id}: ${row.error}` });
  for (const row of rows.filter(({ different }) => different.length > 0).slice(0, MAX_SHOWN)) {
    const divergence = describeDivergence(row, Math.min(process.stderr.columns ?? 120, 160)) ?? '';
    process.stderr.write(`\n${printable(divergence, { lines: true })}\n`);
  }
  const result = { ...countsOf(rows), rejected: bad.count(), run: folder.dir };
  emit({ type: 'note', text: sentence(result) });
  if (options.json) printJson(result);
  const isFaithful = result.fidelity >= options.failUnder && result.errors === 0 && result.rejected === 0;
  if (!isFaithful || result.lost.length > 0) process.exitCode = EXIT.someFailed;
}

/** Divergences shown to a person; the run folder has all. */
const MAX_SHOWN = 3;

function refuseWhatUpdateWouldLose(files: readonly TrajectoryFile[]): void {
  for (const { bad } of files) refuseBad(bad);
  const foreign = files.find(({ trajectories }) =>
    trajectories.some(({ provenance }) => provenance.source_format !== 'stepwright'),
  );
  if (foreign !== undefined)
    throw new ConfigError(
      `${foreign.path} holds trajectories of another format: --update writes our own. Convert them first (stepwright convert --to stepwright).`,
    );
}

function select(files: readonly TrajectoryFile[], { id: ids, limit }: Options): Trajectory[] {
  const all = files.flatMap(({ trajectories }) => trajectories);
  const missing = ids?.find((id) => !all.some((trajectory) => isNamed(trajectory, id)));
  if (missing !== undefined)
    throw new ConfigError(`No trajectory and no instance "${missing}" among the ${all.length} trajectories given.`);
  return all.filter((trajectory) => ids?.some((id) => isNamed(trajectory, id)) ?? true).slice(0, limit);
}

const isNamed = ({ trajectory_id, instance_id }: Trajectory, id: string): boolean =>
  trajectory_id === id || instance_id === id;

/** The image asked for, the instance, or the image that the recording names. */
async function placesOf(
  trajectories: readonly Trajectory[],
  { image, tasks }: Options,
): Promise<Map<Trajectory, ReplayPlace>> {
  if (image !== undefined) return new Map(trajectories.map((trajectory) => [trajectory, { image }]));
  const sources = tasks ?? (await suiteNames());
  const loaded = (await Promise.all(sources.map((source) => loadInstances(source)))).flat();
  const byId = new Map(loaded.map((instance) => [instance.instance_id, instance]));
  return new Map(
    trajectories.map((trajectory) => {
      const { trajectory_id, instance_id = '', environment } = trajectory;
      const instance = byId.get(instance_id);
      if (instance !== undefined) return [trajectory, { image: instance.image, instance }];
      if (environment?.image) return [trajectory, { image: environment.image }];
      throw new ConfigError(
        `${trajectory_id}: no instance "${instance_id}" in ${sources.join(', ')}, and it names no image. Name its suite with --tasks, or an image with --image.`,
      );
    }),
  );
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
  const [steps, equal, unrecorded] = [sum((row) => row.steps), sum((row) => row.equal), sum((row) => row.unrecorded)];
  return {
    trajectories: rows.length,
    ...{ steps, exact: sum((row) => row.exact), equal, unrecorded },
    different: sum((row) => row.different.length),
    fidelity: steps === unrecorded ? 1 : equal / (steps - unrecorded),
    first_differences: rows.flatMap(({ trajectory_id, different: [first] }) =>
      first === undefined ? [] : [{ trajectory_id, ...first }],
    ),
    ...{ recorded_ms: sum((row) => row.recorded_ms), replayed_ms: sum((row) => row.replayed_ms) },
    diff_equal: rows.filter((row) => row.diff_equal === true).length,
    still_resolved: rows.filter((row) => row.still_resolved === true).length,
    lost: rows.filter((row) => row.still_resolved === false).map(({ trajectory_id }) => trajectory_id),
    errors: rows.filter(({ error }) => error !== undefined).length,
  };
}

const sentence = (counts: ReturnType<typeof countsOf>): string =>
  `${counts.equal} of ${counts.steps - counts.unrecorded} steps equal (${counts.exact} exactly), ${counts.different} different; ${counts.diff_equal} of ${counts.trajectories} diffs equal; ${counts.still_resolved} still resolved`;
