// `replay`: trajectories again in fresh sandboxes, and how faithful they are.
import { z } from 'zod';
import { list, onOff, share, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jobsField, jsonField, runField, runtimeField, sourcesField } from '../../core/options/vocabulary.ts';
import type { Emit } from '../../core/run/events.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { printable } from '../../core/run/printable.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { openRun } from '../../core/run/run-dir.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { createPatchJudge } from '../../data/collect/patch-judge.ts';
import { normalRules } from '../../data/replay/normalise.ts';
import { type ReplayRow, replayAll } from '../../data/replay/replay-all.ts';
import { describeDivergence } from '../../data/replay/replay-report.ts';
import { loadTrajectoryFiles, refuseBad, saveTrajectories, type TrajectoryFile } from '../../data/trajectory/load.ts';
import { openRejected } from '../../data/trajectory/rejected.ts';
import { createUnusedTally, describeUnused } from '../../data/trajectory/unused.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../world/task/environments.ts';
import { defineCommand, type Invocation } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { findPlaces } from '../replay-places.ts';
import { openShellAfter } from '../replay-shell.ts';

const schema = z.object({
  paths: option(list(z.string()), 'trajectory files of any format, or folders of them'),
  tasks: sourcesField(
    'suites, task folders or files of the instances; by default the suites that ship and those that the trajectories name',
  ),
  image: option(
    z.string().optional(),
    'replay all in this image, whose /testbed is in the state the recordings started from; nothing is judged',
    { value: 'ref' },
  ),
  id: option(list(z.string()).optional(), 'only these trajectories, or those of these instances', {
    short: 'i',
    value: 'id',
  }),
  limit: option(whole({ min: 1 }).optional(), 'only the first so many trajectories'),
  jobs: jobsField('sandboxes at once'),
  fromStep: option(whole().default(0), 'run this many steps without comparing them, and compare the rest', {
    value: 'k',
  }),
  shell: option(onOff, 'for one trajectory: run the steps before --from-step, then open a shell in that state'),
  judge: option(onOff.default(true), 'do not run the tests on what came out'),
  update: option(onOff, 'write the observations of this run into the files'),
  failUnder: option(share().default(0.99), 'exit with 1 when a smaller share of steps is equal after normalization', {
    value: 'share',
  }),
  runtime: runtimeField,
  run: runField(),
  json: jsonField(),
});
type Options = z.output<typeof schema>;

export const replayCommand = defineCommand({
  name: 'replay',
  about: 'Runs trajectories again in fresh sandboxes and reports where they differ from the recording.',
  options: schema,
  positional: 'paths',
  help: `Differences that do not count:
${normalRules.map(({ what, example: [before, after] }) => `  ${what}\n    ${JSON.stringify(before)} → ${JSON.stringify(after)}`).join('\n')}`,
  examples: [
    'stepwright replay trajectories/ -j 4 --json',
    'stepwright replay sphinx-10323.traj --image swebench/sweb.eval.x86_64.sphinx-doc_1776_sphinx-10323',
    'stepwright replay trajectories/upstream.jsonl --id qs.arithmetic_operator__0a1b --from-step 5 --shell',
  ],
  run,
});

async function run(options: Options, { resolved }: Invocation): Promise<void> {
  const { paths } = options;
  const emit = createReporter();
  const signal = interruptSignal();
  const files = await loadTrajectoryFiles(paths, emit);
  if (options.update) refuseWhatUpdateWouldLose(files);
  const selected = select(files, options);
  const { places, unknown } = await findPlaces(selected, options);
  reportUnknown(unknown, selected.length, emit);
  const trajectories = [...places.keys()];
  const instances = [...places.values()].flatMap(({ instance }) => instance ?? []);
  const environments = await loadEnvironmentsOf(instances);
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  const placeOf = (trajectory: Trajectory) => places.get(trajectory)!;
  if (options.shell) return openShellAfter(trajectories, options.fromStep, { backend, placeOf, emit, signal });
  const config = { paths, update: options.update };
  await using folder = await openRun({ command: 'replay', config, dir: options.run, resolved });
  await using bad = await openRejected(folder.path('replay.jsonl'), emit);
  for (const row of files.flatMap((file) => file.bad)) await bad.reject(row);
  await bad.commit();
  emit({ type: 'stage', name: 'replaying', total: trajectories.length });
  const rows = await replayAll({
    ...{ trajectories, placeOf, backend, jobs: options.jobs, emit, signal, runId: folder.id },
    judge: options.judge ? createPatchJudge(backend, environments, { runId: folder.id, signal }) : undefined,
    resultsFile: folder.path('replay.jsonl'),
    isUpdate: options.update,
    fromStep: options.fromStep,
  });
  if (options.update) await update(files, new Map(trajectories.map((old, index) => [old, rows[index]?.rerecorded])));
  for (const row of rows)
    if (row.error !== undefined) emit({ type: 'warn', text: `${row.trajectory_id}: ${row.error}` });
  for (const row of rows.filter(({ different }) => different.length > 0).slice(0, MAX_SHOWN)) {
    const divergence = describeDivergence(row, Math.min(process.stderr.columns ?? 120, 160)) ?? '';
    process.stderr.write(`\n${printable(divergence, { lines: true })}\n`);
  }
  const unused = createUnusedTally();
  for (const file of files) file.unused.forEach(unused.add);
  const result = {
    ...countsOf(rows),
    ...unused.counts(),
    rejected: bad.count(),
    unknown: unknown.map(({ trajectory_id }) => trajectory_id),
    run: folder.dir,
  };
  emit({ type: 'note', text: `${sentence(result)}${describeUnused(result)}` });
  if (options.json) printJson(result);
  const isFaithful = result.fidelity >= options.failUnder && result.errors === 0 && result.rejected === 0;
  if (!isFaithful || result.lost.length > 0 || unknown.length > 0) process.exitCode = EXIT.someFailed;
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

function reportUnknown(unknown: readonly Trajectory[], total: number, emit: Emit): void {
  if (unknown.length === 0) return;
  const advice = 'Name their suite with --tasks, or an image that holds the bug with --image.';
  if (unknown.length === total)
    throw new ConfigError(`The instance of none of the ${total} trajectories is known (${idsOf(unknown)}). ${advice}`);
  emit({
    type: 'warn',
    text: `${unknown.length} trajectories not replayed, since their instance is unknown. ${advice}`,
  });
  for (const trajectory of unknown) emit({ type: 'warn', text: `unknown: ${idsOf([trajectory])}` });
}

/** With where they say that their instance came from. */
function idsOf(trajectories: readonly Trajectory[]): string {
  const shown = trajectories
    .slice(0, MAX_SHOWN)
    .map(({ trajectory_id, provenance: { suite } }) =>
      suite === undefined ? trajectory_id : `${trajectory_id}, collected from ${suite}`,
    );
  return [...shown, ...(trajectories.length > MAX_SHOWN ? ['…'] : [])].join('; ');
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

const sentence = (counts: ReturnType<typeof countsOf> & { unknown: string[] }): string =>
  `${counts.equal} of ${counts.steps - counts.unrecorded} steps equal (${counts.exact} exactly), ${counts.different} different; ${counts.diff_equal} of ${counts.trajectories} diffs equal; ${counts.still_resolved} still resolved${counts.unknown.length > 0 ? `; ${counts.unknown.length} of unknown instances not replayed` : ''}`;
