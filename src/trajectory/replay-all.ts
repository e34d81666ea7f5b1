// Replaying many trajectories, some at a time, each in its own sandbox. What is done stays done: a row a trajectory, keyed by content.
import { z } from 'zod';
import { type Emit, silent } from '../run/events.ts';
import { JsonlWriter, readJsonl } from '../run/jsonl.ts';
import { mapPool } from '../run/pool.ts';
import type { SandboxBackend } from '../sandbox/sandbox.ts';
import { messageOf, SandboxError } from '../schema/errors.ts';
import type { Instance } from '../schema/instance.ts';
import { type Trajectory, trajectorySchema } from '../schema/trajectory.ts';
import type { JudgePatch } from './collect.ts';
import { hashOf } from './provenance.ts';
import { replayTrajectory } from './replay.ts';

const rowSchema = z.object({
  key: z.string().describe('hash of the recorded trajectory'),
  trajectory_id: z.string(),
  steps: z.number().int(),
  exact: z.number().int(),
  equal: z.number().int().describe('exact ones included'),
  different: z.array(
    z.object({
      step: z.number().int(),
      exit_code: z.object({ recorded: z.number().nullable(), replayed: z.number().nullable() }),
      observation: z.string().optional(),
    }),
  ),
  diff_equal: z.boolean(),
  still_resolved: z.boolean().optional().describe('absent when it was not resolved before, or was not judged'),
  error: z.string().optional().describe('the sandbox failed; this trajectory is owed again'),
  rerecorded: trajectorySchema.optional().describe('with --update'),
});
export type ReplayRow = z.infer<typeof rowSchema>;

export interface ReplayAllOptions {
  trajectories: readonly Trajectory[];
  instanceOf: (trajectory: Trajectory) => Instance;
  backend: SandboxBackend;
  judge?: JudgePatch | undefined;
  /** JSONL of the rows; those in it are not replayed again. */
  resultsFile: string;
  /** Keep the trajectories with the observations of this run. */
  isUpdate?: boolean;
  jobs: number;
  runId?: string;
  emit?: Emit;
  signal?: AbortSignal | undefined;
}

/** One row a trajectory, in the order given. */
export async function replayAll(options: ReplayAllOptions): Promise<ReplayRow[]> {
  const { trajectories, resultsFile, jobs, emit = silent, signal } = options;
  const known = new Map((await readJsonl(resultsFile, rowSchema)).map((row) => [row.key, row]));
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

const keyOf = (trajectory: Trajectory, { isUpdate = false, judge }: ReplayAllOptions): string =>
  hashOf([trajectory, isUpdate, judge !== undefined]);

async function replayOne(trajectory: Trajectory, key: string, options: ReplayAllOptions): Promise<ReplayRow> {
  const { backend, judge, runId, signal } = options;
  const instance = options.instanceOf(trajectory);
  const { trajectory_id } = trajectory;
  try {
    const replay = await inSandbox();
    const stillResolved = trajectory.resolved === false ? undefined : await judge?.(instance, replay.patch);
    return {
      key,
      trajectory_id,
      steps: replay.steps.length,
      exact: replay.steps.filter(({ likeness }) => likeness === 'exact').length,
      equal: replay.steps.filter(({ likeness }) => likeness !== 'different').length,
      different: replay.steps
        .filter(({ likeness }) => likeness === 'different')
        .map(({ likeness: _, ...rest }) => rest),
      diff_equal: replay.diff_equal,
      ...(stillResolved !== undefined && { still_resolved: stillResolved }),
      ...(options.isUpdate && { rerecorded: replay.rerecorded }),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SandboxError)) throw error;
    const nothing = { steps: trajectory.steps.length, exact: 0, equal: 0, different: [], diff_equal: false };
    return { key, trajectory_id, ...nothing, error: messageOf(error) };
  }

  async function inSandbox() {
    const { image, bug_patch: bugPatch, base_commit: baseCommit } = instance;
    const more = { ...(runId && { runId }), ...(signal && { signal }) };
    await using sandbox = await backend.open({ image, bugPatch, baseCommit, ...more });
    return await replayTrajectory(trajectory, sandbox, signal);
  }
}

function describe({ trajectory_id, steps, equal, diff_equal, still_resolved, error }: ReplayRow): string {
  if (error !== undefined) return `${trajectory_id}: ${error}`;
  const diff = diff_equal ? '' : ', another diff';
  return `${trajectory_id}: ${equal}/${steps} equal${diff}${still_resolved === false ? ', not resolved any more' : ''}`;
}
