// `replayRun`: trajectories again in fresh sandboxes, and how faithful they are. The command `replay` is this with a command line.
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import { openRun } from '../../core/run/run-dir.ts';
import { createPatchJudge } from '../collect/patch-judge.ts';
import type { TrajectoryFile } from '../trajectory/load.ts';
import { imageDigests, otherImages } from '../trajectory/provenance.ts';
import { openRejected } from '../trajectory/rejected.ts';
import { createUnusedTally, type UnusedCounts } from '../trajectory/unused.ts';
import { countReplays, type ReplayCounts } from './counts.ts';
import { type ReplayRunOptions, type ReplaySettings, replaySchema } from './options.ts';
import { prepareReplay } from './prepare.ts';
import { type ReplayRow, replayAll } from './replay-all.ts';
import { updateFiles } from './update.ts';

export interface ReplayResult extends ReplayCounts, UnusedCounts {
  /** Rows of the files that cannot be read. */
  rejected: number;
  /** Ids of trajectories whose instance is not known: they were not replayed. */
  unknown: string[];
  /** The run folder: `replay.jsonl` in it has the rows. */
  run: string;
  /** One a trajectory. */
  rows: ReplayRow[];
  /** Whether the share of equal steps reaches `failUnder`, and nothing failed, was rejected, unknown or lost. */
  isFaithful: boolean;
}

/** Trajectories that the run folder has are not replayed again. Rejects when the signal aborts; what was finished by then is in the run
 * folder. */
export async function replayRun(
  given: ReplayRunOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<ReplayResult> {
  const { options, resolved } = await resolveRunOptions(replaySchema, given);
  const { paths, update: isUpdate, jobs, fromStep } = options;
  const { files, unknown, environments, ...prepared } = await prepareReplay(options, { emit, signal });
  const { trajectories, backend } = prepared;
  await using folder = await openRun({
    command: 'replay',
    config: { paths, update: isUpdate },
    dir: options.run,
    resolved,
  });
  const resultsFile = folder.path('replay.jsonl');
  await using rejected = await openRejected(resultsFile, emit);
  for (const row of files.flatMap(({ bad }) => bad)) await rejected.reject(row);
  await rejected.commit();
  const digests = await imageDigests(trajectories.flatMap(({ environment }) => environment?.image ?? []));
  for (const text of otherImages(trajectories, digests)) emit({ type: 'note', text });
  emit({ type: 'stage', name: 'replaying', total: trajectories.length });
  const rows = await replayAll({
    ...{ ...prepared, resultsFile, isUpdate, fromStep, jobs, emit, signal, runId: folder.id },
    judge: options.judge ? createPatchJudge(backend, environments, { runId: folder.id, signal }) : undefined,
  });
  if (isUpdate) await updateFiles(files, new Map(trajectories.map((old, index) => [old, rows[index]?.rerecorded])));
  for (const { trajectory_id, error } of rows)
    if (error !== undefined) emit({ type: 'warn', text: `${trajectory_id}: ${error}` });
  const result = {
    ...countReplays(rows),
    ...unusedIn(files),
    rejected: rejected.count(),
    unknown: unknown.map(({ trajectory_id }) => trajectory_id),
    run: folder.dir,
  };
  return { ...result, rows, isFaithful: isFaithful(result, options) };
}

function unusedIn(files: readonly TrajectoryFile[]): UnusedCounts {
  const tally = createUnusedTally();
  for (const file of files) file.unused.forEach(tally.add);
  return tally.counts();
}

function isFaithful(
  { fidelity, errors, rejected, lost, unknown }: Omit<ReplayResult, 'rows' | 'isFaithful'>,
  { failUnder }: ReplaySettings,
): boolean {
  return fidelity >= failUnder && errors === 0 && rejected === 0 && lost.length === 0 && unknown.length === 0;
}
