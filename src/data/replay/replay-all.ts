// Replaying many trajectories, some at a time, each in its own sandbox. What is done stays done: a row a trajectory, keyed by content.
import { z } from 'zod';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { mapPool } from '../../core/run/pool.ts';
import { messageOf, SandboxError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { type Trajectory, trajectorySchema } from '../../core/schema/trajectory.ts';
import type { Sandbox, SandboxBackend } from '../../world/sandbox/sandbox.ts';
import type { JudgePatch } from '../collect/attempt-instance.ts';
import { hashOf } from '../trajectory/provenance.ts';
import { type Replay, replayTrajectory, type StepReplay } from './replay.ts';

const exitCode = z.number().nullable();

/** A line of `replay.jsonl`. */
export const replayRowSchema = z.object({
  key: z.string().describe('hash of the recorded trajectory, and of what is asked of its replay'),
  trajectory_id: z.string(),
  steps: z.number().int().describe('those that were compared'),
  exact: z.number().int(),
  equal: z.number().int().describe('exact ones included'),
  unrecorded: z.number().int().describe('steps of which the record does not say what they answered'),
  fidelity: z.number().describe('share of the others that are equal'),
  different: z.array(
    z.object({
      step: z.number().int(),
      fidelity: z.number().describe('share of lines that both answers have'),
      exit_code: z.object({ recorded: exitCode, replayed: exitCode }),
      action: z.string(),
      recorded: z.string(),
      replayed: z.string(),
    }),
  ),
  recorded_ms: z.number().describe('of all steps whose time is recorded'),
  replayed_ms: z.number().describe('of the same steps'),
  diff_equal: z.boolean().optional().describe('absent when the record has no patch'),
  still_resolved: z.boolean().optional().describe('absent when it was not resolved before, or was not judged'),
  error: z.string().optional().describe('the sandbox failed; this trajectory is still to be replayed'),
  rerecorded: trajectorySchema.optional().describe('with --update'),
});
export type ReplayRow = z.infer<typeof replayRowSchema>;

/** Where a trajectory is to run. Without an instance, the image is as the recording found it, and nothing is judged. */
export interface ReplayPlace {
  image: string;
  instance?: Instance | undefined;
}

export interface ReplayAllOptions {
  trajectories: readonly Trajectory[];
  placeOf: (trajectory: Trajectory) => ReplayPlace;
  backend: SandboxBackend;
  judge?: JudgePatch | undefined;
  /** JSONL of the rows; those in it are not replayed again. */
  resultsFile: string;
  /** Keep the trajectories with the observations of this run. */
  isUpdate?: boolean;
  /** Steps before it are run, but not compared. */
  fromStep?: number;
  jobs: number;
  runId?: string;
  emit?: Emit;
  signal?: AbortSignal | undefined;
}

/** One row a trajectory, in the order given. */
export async function replayAll(options: ReplayAllOptions): Promise<ReplayRow[]> {
  const { trajectories, resultsFile, jobs, emit = silent, signal } = options;
  const known = new Map((await resumeRows(resultsFile, replayRowSchema, emit)).rows.map((row) => [row.key, row]));
  await using results = await JsonlWriter.open(resultsFile);
  let done = 0;
  const work = async (trajectory: Trajectory): Promise<ReplayRow> => {
    const key = keyOf(trajectory, options);
    const before = known.get(key);
    const row = before?.error === undefined && before ? before : await replayOne(trajectory, key, options);
    if (row !== before) await results.append(row);
    emit({ type: 'progress', done: ++done, total: trajectories.length, text: describe(row) });
    return row;
  };
  const rows = await mapPool(trajectories, jobs, work, { signal });
  signal?.throwIfAborted();
  return rows;
}

const keyOf = (trajectory: Trajectory, { isUpdate = false, fromStep = 0, judge, placeOf }: ReplayAllOptions): string =>
  hashOf([trajectory, placeOf(trajectory), isUpdate, fromStep, judge !== undefined]);

async function replayOne(trajectory: Trajectory, key: string, options: ReplayAllOptions): Promise<ReplayRow> {
  const { judge, signal } = options;
  const { instance } = options.placeOf(trajectory);
  const { trajectory_id } = trajectory;
  try {
    const replay = await inSandbox(trajectory, options);
    const isJudged = instance !== undefined && trajectory.resolved !== false;
    const stillResolved = isJudged ? await judge?.(instance, replay.patch) : undefined;
    return {
      ...{ key, trajectory_id, ...countsOf(replay.steps) },
      ...(replay.diff_equal !== undefined && { diff_equal: replay.diff_equal }),
      ...(stillResolved !== undefined && { still_resolved: stillResolved }),
      ...(options.isUpdate && { rerecorded: replay.rerecorded }),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SandboxError)) throw error;
    const nothing = { ...countsOf([]), steps: trajectory.steps.length, fidelity: 0 };
    return { key, trajectory_id, ...nothing, error: messageOf(error) };
  }
}

async function inSandbox(trajectory: Trajectory, options: ReplayAllOptions): Promise<Replay> {
  await using sandbox = await openPlace(trajectory, options);
  return await replayTrajectory(trajectory, sandbox, { fromStep: options.fromStep ?? 0, signal: options.signal });
}

/** A sandbox in which the trajectory can be replayed. */
export function openPlace(
  trajectory: Trajectory,
  { backend, placeOf, runId, signal }: Pick<ReplayAllOptions, 'backend' | 'placeOf' | 'runId' | 'signal'>,
): Promise<Sandbox> {
  const { image, instance } = placeOf(trajectory);
  const state = instance && { bugPatch: instance.bug_patch, baseCommit: instance.base_commit };
  return backend.open({ image, ...state, ...(runId && { runId }), ...(signal && { signal }) });
}

function countsOf(steps: readonly StepReplay[]) {
  const count = (...likenesses: StepReplay['likeness'][]): number =>
    steps.filter(({ likeness }) => likenesses.includes(likeness)).length;
  const [equal, unrecorded] = [count('exact', 'equal'), count('unrecorded')];
  const compared = steps.length - unrecorded;
  const ms = (side: 'recorded' | 'replayed'): number =>
    steps.reduce((total, { duration_ms }) => total + (duration_ms?.[side] ?? 0), 0);
  return {
    ...{ steps: steps.length, exact: count('exact'), equal, unrecorded },
    fidelity: compared === 0 ? 1 : equal / compared,
    different: steps.flatMap(({ step, fidelity, exit_code, difference }) =>
      difference === undefined ? [] : [{ step, fidelity, exit_code, ...difference }],
    ),
    recorded_ms: Math.round(ms('recorded')),
    replayed_ms: Math.round(ms('replayed')),
  };
}

function describe({ trajectory_id, steps, equal, unrecorded, diff_equal, still_resolved, error }: ReplayRow): string {
  if (error !== undefined) return `${trajectory_id}: ${error}`;
  const diff = diff_equal === false ? ', another diff' : '';
  const lost = still_resolved === false ? ', not resolved any more' : '';
  return `${trajectory_id}: ${equal}/${steps - unrecorded} equal${diff}${lost}`;
}
