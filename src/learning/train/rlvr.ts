// Reinforcement learning with verifiable rewards (RLVR): the student attempts whole instances in sandboxes; an attempt that resolves its
// instance is rewarded with 1, any other with 0, and every token that it wrote is moved by its attempt's advantage. Other rewards of
// attempts: attempt-reward.ts.
//
//   stepwright train --method rlvr --tasks katas --student runs/srl/best --updates 20 --batch 4 --rollouts 8 --lr 1e-4
import type { Instance } from '../../core/schema/instance.ts';
import { type AnswerQuery, createDynamicBatcher } from '../student/serve/dynamic-batcher.ts';
import type { GenerationWorker } from '../student/serve/generation-worker.ts';
import { mean } from './math/advantages.ts';
import type { TrainOptions } from './options/options.ts';
import {
  type AttemptFunction,
  attemptAll,
  groupsOf,
  openTrajectories,
  type Played,
  type Task,
  trainedAttempts,
} from './policy/attempts.ts';
import { sampleGroups } from './policy/groups.ts';
import { policyUpdate } from './policy/policy-update.ts';
import { openTrainingRun, type RunContext, type TrainingRun, type TrainResult, trainToEnd } from './run.ts';

export interface RlvrContext extends RunContext {
  instances: readonly Instance[];
  /** Called for `--jobs` attempts at once. */
  attempt: AttemptFunction;
}

export async function trainRlvr(options: TrainOptions, context: RlvrContext): Promise<TrainResult> {
  await using run = await openTrainingRun(options, context, () => context.instances.map((instance) => ({ instance })));
  await using trajectories = await openTrajectories(run);
  const ask = askEngine(run);
  // Awaited here: the engine goes when this function returns.
  return await trainToEnd(run, async () => {
    const started = performance.now();

    // Attempts, until the batch is full of instances that were resolved by some and not by others.
    const played: Played[] = [];
    const batch = await sampleGroups(run, async (tasks, first) => {
      const attempts = await attemptAll(run, ask, tasks, first, context);
      for (const attempt of attempts) played.push(attempt);
      return groupsOf(run, tasks, attempts);
    });
    for (const row of trainedAttempts(run.progress.update + 1, played, batch.groups)) await trajectories.append(row);
    const sampled = performance.now();

    // Step.
    const update = await policyUpdate(run, batch, options.stepLimit * run.options.maxNewTokens);

    // Log.
    const seconds = (performance.now() - started) / 1000;
    const taught = batch.groups.flatMap(({ rollouts }) => rollouts);
    return {
      ...update,
      'rollouts/mean_turns': taught.length === 0 ? 0 : mean(taught.map((turns) => turns.length)),
      step_time: seconds,
      'step_time/rollouts': (sampled - started) / 1000,
      tokens_per_second: update.num_tokens / seconds,
    };
  });
}

/** The engine answers what the attempts under way ask, batch by batch. */
function askEngine({ engine, options, sampling }: TrainingRun<Task>): AnswerQuery {
  const copy: Pick<GenerationWorker, 'answer'> = {
    answer: async (queries) => {
      const prompts = queries.map(({ prompt }) => prompt);
      const streams = queries.map(({ stream }) => stream);
      const answers = await engine.rollouts({ ...sampling, prompts, streams, group: 1 });
      return answers.map(([answer]) => answer!);
    },
  };
  return createDynamicBatcher([copy], options);
}
