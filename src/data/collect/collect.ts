// Collecting: a teacher attempts instances, each in a sandbox of its own; finished attempts go to the store one by one. An attempt that
// the store has is not made again; where its verdict is still open, it is judged. When the provider refuses every call, no other attempt
// is begun.

import type { Model, ModelFactory } from '../../agents/model/model.ts';
import { countOf } from '../../core/run/count-of.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { mapPool } from '../../core/run/pool.ts';
import { AccessError, messageOf, SandboxError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Attempt } from '../../core/schema/trajectory.ts';
import { isPending, type TrajectoryStore } from '../trajectory/store.ts';
import { type Assignment, type AttemptSettings, isToBeJudged, judgeAttempt, makeAttempt } from './attempt-instance.ts';

export interface CollectOptions extends AttemptSettings {
  instances: readonly Instance[];
  attempts: number;
  jobs: number;
  modelOf: ModelFactory;
  store: TrajectoryStore;
  emit?: Emit;
}

/** Returns how many attempts are pending: the sandbox or the model failed them, or the sandbox their judging. Throws an `AccessError` once the
 * attempts that were running are stored. */
export async function collect(options: CollectOptions): Promise<{ pending: number }> {
  const { instances, attempts, jobs, emit = silent } = options;
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const assignments = instances.flatMap((instance) =>
    Array.from({ length: attempts }, (_, attempt): Assignment => ({ instance, attempt })),
  );
  let [done, pending] = [0, 0];
  const work = async (assignment: Assignment): Promise<void> => {
    const { said, failed } = await attemptOnce({ ...options, signal }, assignment, stop);
    if (failed) pending++;
    done++;
    if (failed) emit({ type: 'warn', text: said });
    emit({ type: 'progress', done, total: assignments.length, text: said });
  };
  await mapPool(assignments, jobs, work, { signal });
  signal.throwIfAborted();
  return { pending };
}

async function attemptOnce(
  options: CollectOptions,
  assignment: Assignment,
  stop: AbortController,
): Promise<{ said: string; failed: boolean }> {
  const { instance, attempt } = assignment;
  const model = await options.modelOf({ instanceId: instance.instance_id, attempt, seed: options.seed });
  const id = { instanceId: instance.instance_id, attempt, model: model.name, configHash: options.configHash };
  const { store, judge, signal } = options;
  const isUnjudged = (made: Attempt): boolean => judge !== undefined && isToBeJudged(made);
  const earlier = store.find(id);
  try {
    if (earlier !== undefined && !isUnjudged(earlier))
      return { said: `${instance.instance_id}: done before`, failed: false };
    await store.requireSpace(); // before anything is paid for
    let refusal: AccessError | undefined;
    const watched = watchAccess(model, (error) => {
      refusal = error;
    });
    const made = earlier ?? (await makeAttempt(options, assignment, watched));
    if (made !== earlier && isUnjudged(made)) await store.hold(made);
    const trajectory = await judgeAttempt(options, instance, made);
    if (trajectory !== earlier) await store.append(trajectory);
    if (refusal !== undefined) stop.abort(refusal);
    stop.signal.throwIfAborted();
    const failed = isPending(trajectory) || isUnjudged(trajectory);
    return { said: describe(trajectory, isUnjudged(trajectory)), failed };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SandboxError)) throw error;
    return { said: `${instance.instance_id}: ${messageOf(error)}`, failed: true };
  } finally {
    await model.close?.();
  }
}

const watchAccess = (model: Model, onRefused: (error: AccessError) => void): Model => ({
  name: model.name,
  settings: model.settings,
  query: (messages, how) =>
    model.query(messages, how).catch((error: unknown) => {
      if (error instanceof AccessError) onRefused(error);
      throw error;
    }),
});

function describe({ instance_id, ending, error, resolved, steps }: Attempt, isUnjudged: boolean): string {
  const open = isUnjudged ? ', not judged: the sandbox failed' : '';
  const verdict = resolved === undefined ? open : resolved ? ', resolved' : ', not resolved';
  return `${instance_id}: ${ending}${error ? ` (${error})` : ''} after ${countOf(steps.length, 'step')}${verdict}`;
}
