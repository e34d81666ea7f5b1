// Collecting: a teacher attempts instances, each in a sandbox of its own; finished attempts go to the store one by one. An attempt that
// the store has is not made again.
import { runAttempt } from '../agent/attempt.ts';
import type { AttemptLimits } from '../agent/limits.ts';
import type { Prompt } from '../agent/prompts.ts';
import type { Model, ModelFactory } from '../model/model.ts';
import { type Emit, silent } from '../run/events.ts';
import { mapPool } from '../run/pool.ts';
import type { SandboxBackend } from '../sandbox/sandbox.ts';
import { messageOf, SandboxError } from '../schema/errors.ts';
import type { Instance } from '../schema/instance.ts';
import type { Attempt } from '../schema/trajectory.ts';
import { isOwed, type TrajectoryStore } from './store.ts';

/** Whether a patch resolves an instance; undefined when that could not be found out. */
export type JudgePatch = (instance: Instance, patch: string) => Promise<boolean | undefined>;

export interface CollectOptions {
  instances: readonly Instance[];
  attempts: number;
  jobs: number;
  backend: SandboxBackend;
  modelOf: ModelFactory;
  prompt: Prompt;
  limits: Partial<AttemptLimits>;
  store: TrajectoryStore;
  judge?: JudgePatch | undefined;
  seed: number;
  configHash: string;
  gitCommit?: string;
  /** Image id by image reference. */
  digests?: ReadonlyMap<string, string>;
  runId?: string;
  emit?: Emit;
  signal?: AbortSignal | undefined;
}

interface Assignment {
  instance: Instance;
  attempt: number;
}

/** Returns how many attempts are owed: the sandbox or the model failed them. */
export async function collect(options: CollectOptions): Promise<{ owed: number }> {
  const { instances, attempts, jobs, emit = silent, signal } = options;
  const assignments = instances.flatMap((instance) =>
    Array.from({ length: attempts }, (_, attempt): Assignment => ({ instance, attempt })),
  );
  let [done, owed] = [0, 0];
  const work = async (assignment: Assignment): Promise<void> => {
    const { said, failed } = await attemptOnce(options, assignment);
    if (failed) owed++;
    done++;
    if (failed) emit({ type: 'warn', text: said });
    emit({ type: 'progress', done, total: assignments.length, text: said });
  };
  await mapPool(assignments, jobs, work, { signal });
  signal?.throwIfAborted();
  return { owed };
}

async function attemptOnce(
  options: CollectOptions,
  assignment: Assignment,
): Promise<{ said: string; failed: boolean }> {
  const { instance, attempt } = assignment;
  const model = await options.modelOf({ instanceId: instance.instance_id, attempt, seed: options.seed });
  const id = { instanceId: instance.instance_id, attempt, model: model.name, configHash: options.configHash };
  if (options.store.isDone(id)) return { said: `${instance.instance_id}: done before`, failed: false };
  try {
    const trajectory = await attemptWith(options, assignment, model);
    await options.store.append(trajectory);
    return { said: describe(trajectory), failed: isOwed(trajectory) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof SandboxError)) throw error;
    return { said: `${instance.instance_id}: ${messageOf(error)}`, failed: true };
  } finally {
    await model.close?.();
  }
}

async function attemptWith(options: CollectOptions, { instance, attempt }: Assignment, model: Model): Promise<Attempt> {
  const { backend, prompt, limits, judge, seed, configHash, gitCommit = '', runId, signal } = options;
  const shared = signal ? { signal } : {};
  const trajectory = await openAndRun();
  const isJudged = judge !== undefined && !isOwed(trajectory);
  const resolved = isJudged ? await judge(instance, trajectory.patch) : undefined;
  return resolved === undefined ? trajectory : { ...trajectory, resolved };

  async function openAndRun(): Promise<Attempt> {
    const { image, bug_patch: bugPatch, base_commit: baseCommit } = instance;
    await using sandbox = await backend.open({ image, bugPatch, baseCommit, ...(runId && { runId }), ...shared });
    const provenance = { seed, config_hash: configHash, git_commit: gitCommit };
    const environment = { digest: options.digests?.get(image) ?? '' };
    return await runAttempt({ instance, sandbox, model, prompt, limits, attempt, environment, provenance, ...shared });
  }
}

function describe({ instance_id, ending, error, resolved, steps }: Attempt): string {
  const verdict = resolved === undefined ? '' : resolved ? ', resolved' : ', not resolved';
  return `${instance_id}: ${ending}${error ? ` (${error})` : ''} after ${steps.length} steps${verdict}`;
}
