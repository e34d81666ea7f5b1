// Step-wise reinforcement learning (SRL, arXiv 2510.25992): the student thinks and acts on each step of an expert; the reward is how near
// its action comes to the expert's; GRPO on groups of rollouts, of which dynamic sampling keeps those that teach.
//
//   stepwright train --method srl --steps steps.jsonl --student students/base-tiny --updates 100 --batch 16 --rollouts 8 --lr 3e-4

import type { TrainStep } from './data/steps.ts';
import { mean } from './math/advantages.ts';
import type { TrainOptions } from './options/options.ts';
import { type Group, sampleGroups } from './policy/groups.ts';
import { policyUpdate } from './policy/policy-update.ts';
import type { StepRewardFunction } from './policy/validate.ts';
import { openTrainingRun, type RunContext, type TrainingRun, type TrainResult, trainToEnd } from './run.ts';

export async function trainSrl(options: TrainOptions, context: RunContext): Promise<TrainResult> {
  await using run = await openTrainingRun(options, context, (steps) => steps.train);
  // Awaited here: the engine goes when this function returns.
  return await trainToEnd(run, async () => {
    const started = performance.now();

    // Rollouts, until the batch is full of groups whose rewards differ.
    const play = (steps: readonly TrainStep[], first: number) => answerSteps(run, steps, first, context.reward);
    const batch = await sampleGroups(run, play);
    const rewards = batch.drawn.flatMap((group) => group.rewards);
    const sampled = performance.now();

    // Step.
    const update = await policyUpdate(run, batch, run.options.maxNewTokens);

    // Log.
    const seconds = (performance.now() - started) / 1000;
    return {
      ...update,
      'rewards/format_ok': mean(rewards.map((value) => (value < 0 ? 0 : 1))),
      step_time: seconds,
      'step_time/rollouts': (sampled - started) / 1000,
      tokens_per_second: update.num_tokens / seconds,
    };
  });
}

async function answerSteps(
  run: TrainingRun<TrainStep>,
  steps: readonly TrainStep[],
  first: number,
  reward: StepRewardFunction,
): Promise<Group<TrainStep>[]> {
  const { options, engine, student } = run;
  const answers = await engine.rollouts({
    ...run.sampling,
    prompts: steps.map(({ prompt }) => prompt),
    streams: steps.map((_, i) => `${options.seed}/rollout/${first + i}`),
    group: options.rollouts,
  });
  return steps.map((step, i) => ({
    item: step,
    rollouts: answers[i]!.map((answer) => [{ prompt: step.prompt, answer }]),
    rewards: answers[i]!.map(({ tokens }) => {
      const text = student.tokenizer.decode(tokens, { skipSpecial: true });
      return reward(text, step.instance.action).reward;
    }),
  }));
}
