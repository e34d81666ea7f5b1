// Predictions out of attempts: the agent with a model, in a sandbox of its own for every instance.

import { runAttempt } from '../agent/attempt.ts';
import type { AttemptLimits } from '../agent/limits.ts';
import type { Prompt } from '../agent/prompts.ts';
import type { ModelFactory } from '../model/model.ts';
import type { SandboxBackend } from '../sandbox/sandbox.ts';
import { messageOf, SandboxError } from '../schema/errors.ts';
import type { Trajectory } from '../schema/trajectory.ts';
import { isOwed, type TrajectoryStore } from '../trajectory/store.ts';
import type { Predict } from './score-run.ts';

export interface AttemptsOptions {
  backend: SandboxBackend;
  modelOf: ModelFactory;
  /** What the rows of the predictions are signed with. */
  name: string;
  prompt: Prompt;
  limits: Partial<AttemptLimits>;
  seed: number;
  runId: string;
  /** Where every attempt is recorded. */
  store: TrajectoryStore;
  signal?: AbortSignal | undefined;
}

export function predictByAttempt(options: AttemptsOptions): Predict {
  const { backend, store, name, signal, runId } = options;
  return async (instance) => {
    const { instance_id, image, bug_patch, base_commit } = instance;
    const prediction = { instance_id, model_name_or_path: name, model_patch: null };
    let trajectory: Trajectory;
    try {
      const model = await options.modelOf({ instanceId: instance_id, attempt: 0, seed: options.seed });
      const shared = signal ? { signal } : {};
      await using sandbox = await backend.open({
        image,
        bugPatch: bug_patch,
        baseCommit: base_commit,
        runId,
        ...shared,
      });
      const { prompt, limits, seed } = options;
      trajectory = await runAttempt({ instance, sandbox, model, prompt, limits, provenance: { seed }, ...shared });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof SandboxError) return { prediction, failure: messageOf(error) };
      throw error;
    }
    signal?.throwIfAborted();
    await store.append(trajectory);
    const { ending, error = '' } = trajectory;
    if (isOwed(trajectory)) return { prediction, failure: `${ending}: ${error}` };
    return { prediction: { ...prediction, model_patch: trajectory.patch } };
  };
}

/** Means over the attempts of a run: what the leaderboard shows beside the resolve rate. */
export function meansOf(trajectories: readonly Trajectory[]): {
  steps_mean: number | null;
  tokens_mean: number | null;
} {
  const mean = (value: (trajectory: Trajectory) => number): number | null =>
    trajectories.length === 0 ? null : trajectories.reduce((sum, one) => sum + value(one), 0) / trajectories.length;
  return {
    steps_mean: mean(({ totals }) => totals.steps),
    tokens_mean: mean(({ totals }) => totals.usage.input_tokens + totals.usage.output_tokens),
  };
}
