// Scores a model: its attempts at the instances go to the judge, its answers to held-out steps are rewarded.
import { copyFile } from 'node:fs/promises';
import type { Model } from '../../agents/model/model.ts';
import type { RunDir } from '../../core/run/run-dir.ts';
import type { StepInstance } from '../../core/schema/step-instance.ts';
import type { CollectOptions } from '../../data/collect/collect.ts';
import { saveTrajectories } from '../../data/trajectory/load.ts';
import { openStore } from '../../data/trajectory/store.ts';
import { meansOf, scoreAttempts } from './attempts.ts';
import type { ScoreReport, Scoring } from './scoring.ts';
import { meanReward, scoreSteps } from './step-reward.ts';

type Attempts = Omit<CollectOptions, 'modelOf' | 'store' | 'attempts' | 'judge' | 'emit'> &
  Required<Pick<CollectOptions, 'emit'>>;

export interface ScoreModelOptions extends Attempts {
  name: string;
  model: Model;
  /** Held-out step instances; may be none. */
  steps: readonly StepInstance[];
  run: RunDir;
  scoring: Scoring;
}

/** Means over the attempts and the steps; null where there are none. */
export interface ModelMeans {
  step_reward: number | null;
  steps_mean: number | null;
  tokens_mean: number | null;
}

/** They need no sandbox, so that the student's batches can be full. */
const STEPS_AT_ONCE = 128;

export async function scoreModel(options: ScoreModelOptions): Promise<ModelMeans> {
  const { name, model, steps, run, scoring, emit, signal } = options;
  const rewards = await scoreSteps({
    steps,
    model,
    file: run.path('step-rewards.jsonl'),
    concurrency: STEPS_AT_ONCE,
    emit,
    signal,
  });
  const file = run.path('trajectories.jsonl');
  await using store = await openStore(file, emit);
  await scoreAttempts(name, scoring, { ...options, store, modelOf: async () => model });
  return { step_reward: meanReward(rewards), ...meansOf(store.all()) };
}

/** Once the verdicts are there: whether it resolved its instance becomes part of each trajectory. One that the machine failed to judge has none. */
export async function recordVerdicts(
  run: RunDir,
  report: Pick<ScoreReport, 'resolved_ids' | 'infra_failure_ids'>,
): Promise<void> {
  const file = run.path('trajectories.jsonl');
  await using store = await openStore(file);
  const resolved = new Set(report.resolved_ids);
  const unknown = new Set(report.infra_failure_ids);
  if (store.rejected > 0) await copyFile(file, `${file}.original`); // what cannot be read is not thrown away either
  await saveTrajectories(
    file,
    store.all().map(({ resolved: _, ...trajectory }) => {
      const id = trajectory.instance_id;
      return unknown.has(id) ? trajectory : { ...trajectory, resolved: resolved.has(id) };
    }),
  );
}
