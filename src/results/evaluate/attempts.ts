// Predictions out of attempts: the agent with a model at every instance, each attempt handed to the judge as soon as it ends.

import type { Attempt } from '../../core/schema/trajectory.ts';
import type { Prediction } from '../../core/schema/verdict.ts';
import { type CollectOptions, collect } from '../../data/collect/collect.ts';
import { isPending, type TrajectoryStore } from '../../data/trajectory/store.ts';
import type { Scoring } from './scoring.ts';

/** Runs what the store does not have, and submits every attempt under `name`. */
export async function scoreAttempts(
  name: string,
  scoring: Scoring,
  options: Omit<CollectOptions, 'attempts' | 'judge'>,
): Promise<void> {
  const predictionOf = (instance_id: string, model_patch: string | null): Prediction => ({
    instance_id,
    model_name_or_path: name,
    model_patch,
  });
  const submit = (trajectory: Attempt): void => {
    if (!isPending(trajectory)) scoring.submit(predictionOf(trajectory.instance_id, trajectory.patch));
  };
  options.store.all().forEach(submit);
  const store: TrajectoryStore = {
    ...options.store,
    async append(trajectory) {
      await options.store.append(trajectory);
      submit(trajectory);
    },
  };
  await collect({ ...options, store, attempts: 1 });
  const made = new Map(options.store.all().map((trajectory) => [trajectory.instance_id, trajectory]));
  for (const { instance_id } of options.instances) {
    const trajectory = made.get(instance_id);
    if (trajectory !== undefined && !isPending(trajectory)) continue;
    const reason =
      trajectory === undefined ? 'no sandbox could be opened' : `${trajectory.ending}: ${trajectory.error}`;
    scoring.fail(predictionOf(instance_id, null), reason);
  }
}

/** Means over attempts: what the leaderboard shows beside the resolve rate. Null when there are none. */
export function meansOf(trajectories: readonly Attempt[]): {
  steps_mean: number | null;
  tokens_mean: number | null;
} {
  const mean = (value: (trajectory: Attempt) => number): number | null =>
    trajectories.length === 0 ? null : trajectories.reduce((sum, one) => sum + value(one), 0) / trajectories.length;
  return {
    steps_mean: mean(({ totals }) => totals.steps),
    tokens_mean: mean(({ totals }) => totals.usage.input_tokens + totals.usage.output_tokens),
  };
}
