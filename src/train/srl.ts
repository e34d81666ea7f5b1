// Step-wise reinforcement learning (SRL, arXiv 2510.25992): the student thinks and acts on each step of an expert; the reward is how near
// its action comes to the expert's; GRPO on groups of rollouts, of which dynamic sampling keeps those that teach.
//
//   stepwright train --method srl --steps steps.jsonl --student students/base-tiny --updates 100 --batch 16 --rollouts 8 --lr 3e-4
import { ConfigError } from '../schema/errors.ts';
import type { Answer } from '../student/generate.ts';
import { batchAdvantages, mean, standardDeviation } from './advantages.ts';
import { tokenWeights } from './grpo-loss.ts';
import type { TrainOptions } from './options.ts';
import type { TrainExample } from './replica.ts';
import { openTrainingRun, type RunContext, type TrainingRun, type TrainResult } from './run.ts';
import type { TrainStep } from './steps.ts';
import type { StepRewardFunction } from './validate.ts';

export async function trainSrl(options: TrainOptions, context: RunContext): Promise<TrainResult> {
  await using run = await openTrainingRun(options, context);
  while (!run.isDone()) {
    const started = performance.now();

    // Rollouts, until the batch is full of groups whose rewards differ.
    const { groups, counts } = await sampleGroups(run, context.reward);
    const sampled = performance.now();

    // Advantages within each group; the weight of every token in the batch's loss.
    const answers = groups.flatMap((group) => group.answers);
    const isTaught = ({ stopped }: Answer): boolean => stopped || !options.maskTruncated;
    const weights = tokenWeights(
      answers.map((answer) => (isTaught(answer) ? answer.tokens.length : 0)),
      { aggregation: options.aggregation, maxLength: options.maxNewTokens },
    );
    const advantages = batchAdvantages(
      groups.map(({ rewards }) => rewards),
      { scale: options.scaleRewards, ddof: options.advantageDdof, eps: options.advantageEps },
    );
    const examples = groups.map(
      (group, g): TrainExample => ({
        prompt: group.step.prompt,
        completions: group.answers.map(({ tokens }) => tokens),
        weights: weights.slice(g * options.rollouts, (g + 1) * options.rollouts),
        advantages: advantages[g]!,
        oldLogProbs: group.answers.map(({ logProbs }) => logProbs),
      }),
    );
    if (options.klCoef > 0) {
      const references = await run.engine.referenceLogProbs(examples, options.temperature);
      examples.forEach((example, g) => {
        example.refLogProbs = references[g]!;
      });
    }

    // Step.
    const { gradient, stats } = await run.engine.gradients(examples, options);
    const applied = await run.applyGradient(
      gradient,
      groups.map(({ step }) => step),
    );

    // Log, validate, save.
    const lengths = answers.map(({ tokens }) => tokens.length);
    const tokens =
      groups.reduce((sum, { step, answers: all }) => sum + all.length * step.prompt.length, 0) + stats.tokens;
    const now = performance.now();
    await run.finishUpdate({
      loss: stats.loss,
      ...applied,
      ...counts,
      entropy: stats.nll / stats.tokens,
      'clip_ratio/low_mean': stats.clippedLow / stats.tokens,
      'clip_ratio/high_mean': stats.clippedHigh / stats.tokens,
      'clip_ratio/region_mean': (stats.clippedLow + stats.clippedHigh) / stats.tokens,
      ...(options.klCoef > 0 && { kl: stats.kl / stats.tokens }),
      'sampling/sampling_logp_difference/max': stats.maxDifference,
      'completions/mean_length': mean(lengths),
      'completions/min_length': Math.min(...lengths),
      'completions/max_length': Math.max(...lengths),
      'completions/clipped_ratio': mean(answers.map(({ stopped }) => (stopped ? 0 : 1))),
      num_tokens: tokens,
      step_time: (now - started) / 1000,
      'step_time/rollouts': (sampled - started) / 1000,
      tokens_per_second: tokens / ((now - started) / 1000),
    });
  }
  // Awaited here: the engine goes when this function returns.
  return await run.finish();
}

interface Group {
  step: TrainStep;
  answers: Answer[];
  rewards: number[];
}

/** Dynamic sampling: groups whose rewards' population std exceeds the threshold; prompts are drawn until there are enough of them. */
async function sampleGroups(run: TrainingRun, reward: StepRewardFunction) {
  const { options, progress } = run;
  const all: Group[] = [];
  const usable: Group[] = [];
  let rounds = 0;
  while (usable.length < options.batch && rounds < options.maxRounds) {
    rounds++;
    // As many prompts as will probably do, but never a flood: most of an easy data set teaches nothing any more.
    const missing = options.batch - usable.length;
    const wanted = Math.min(4 * options.batch, Math.ceil(missing / Math.max(progress.usableShare, 0.1)));
    const groups = await rolloutGroups(run, run.sampler.take(wanted), reward);
    const kept = groups.filter(({ rewards }) => standardDeviation(rewards) > options.stdThreshold);
    progress.usableShare = 0.5 * progress.usableShare + (0.5 * kept.length) / groups.length;
    all.push(...groups);
    usable.push(...kept);
  }
  if (usable.length === 0)
    throw new ConfigError(
      `update ${progress.update + 1}: none of ${all.length} groups has rewards that differ by more than --std-threshold ${options.stdThreshold}. Nothing is left to learn here, or the student never varies (raise --temperature).`,
    );
  const rewards = all.flatMap((group) => group.rewards);
  return {
    groups: usable.slice(0, options.batch),
    counts: {
      reward: mean(rewards),
      reward_std: mean(all.map((group) => standardDeviation(group.rewards, 1))),
      frac_reward_zero_std: 1 - usable.length / all.length,
      'rewards/format_ok': mean(rewards.map((value) => (value < 0 ? 0 : 1))),
      'dynamic_sampling/rounds': rounds,
      'dynamic_sampling/groups_drawn': all.length,
      'dynamic_sampling/groups_dropped': all.length - usable.length,
      'dynamic_sampling/groups_surplus': Math.max(0, usable.length - options.batch),
    },
  };
}

async function rolloutGroups(
  run: TrainingRun,
  steps: readonly TrainStep[],
  reward: StepRewardFunction,
): Promise<Group[]> {
  const { options, engine, student, sampler } = run;
  const first = sampler.position - steps.length;
  const answers = await engine.rollouts({
    prompts: steps.map(({ prompt }) => prompt),
    // The draw's number, so that the same step sampled again gets fresh luck.
    streams: steps.map((_, i) => `${options.seed}/rollout/${first + i}`),
    group: options.rollouts,
    maxNewTokens: options.maxNewTokens,
    temperature: options.temperature,
    topP: options.topP,
    topK: options.topK,
    stopTokens: student.tokenizer.stopTokens,
    tokens: student.tokenizer.size,
  });
  return steps.map((step, i) => ({
    step,
    answers: answers[i]!,
    rewards: answers[i]!.map(({ tokens }) => {
      const text = student.tokenizer.decode(tokens, { skipSpecial: true });
      return reward(text, step.instance.action).reward;
    }),
  }));
}
