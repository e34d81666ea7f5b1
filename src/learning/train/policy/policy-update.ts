// One step of GRPO on groups of rollouts (DeepSeekMath, arXiv 2402.03300): the clipped loss of every token, by its rollout's advantage.
import { ConfigError } from '../../../core/schema/errors.ts';
import { mean } from '../math/advantages.ts';
import { tokenWeights } from '../math/grpo-loss.ts';
import type { TrainExample } from '../parallel/replica.ts';
import type { Metrics } from '../record/metrics.ts';
import type { Drawn, TrainingRun } from '../run.ts';
import type { Sampled, Turn } from './groups.ts';

/** `longest`: of a rollout, in tokens. Gives what there is to log; `num_tokens` counts prompts and answers as they were trained on. */
export async function policyUpdate<Item extends Drawn>(
  run: TrainingRun<Item>,
  { groups, drawn, metrics }: Sampled<Item>,
  longest: number,
) {
  const { options, engine, progress } = run;
  if (groups.length === 0)
    throw new ConfigError(
      `update ${progress.update + 1}: none of ${drawn.length} groups has rewards that differ by more than --std-threshold ${options.stdThreshold}. Nothing is left to learn here, or the student never varies (raise --temperature).`,
    );

  // The weight of every token in the batch's loss.
  const rollouts = groups.flatMap((group) => group.rollouts);
  const isTaught = (turns: readonly Turn[]): boolean =>
    !options.maskTruncated || turns.every(({ answer }) => answer.stopped);
  const weights = tokenWeights(
    rollouts.map((turns) => (isTaught(turns) ? lengthOf(turns) : 0)),
    { aggregation: options.aggregation, maxLength: longest },
  );
  let first = 0;
  const examples = groups.flatMap((group) => {
    const ofGroup = weights.slice(first, first + group.rollouts.length);
    first += group.rollouts.length;
    return examplesOf(group.rollouts, ofGroup, group.advantages);
  });
  if (options.klCoef > 0) {
    const references = await engine.referenceLogProbs(examples, options.temperature);
    examples.forEach((example, i) => {
      example.refLogProbs = references[i]!;
    });
  }

  // Step.
  const { gradient, stats } = await engine.gradients(examples, options);
  const applied = await run.applyGradient(
    gradient,
    groups.map(({ item }) => item),
  );

  const answers = rollouts.flatMap((turns) => turns.map(({ answer }) => answer));
  const lengths = answers.map(({ tokens }) => tokens.length);
  const ended = answers.filter(({ stopped }) => stopped).map(({ tokens }) => tokens.length);
  return {
    ...metrics,
    loss: stats.loss,
    ...applied,
    entropy: stats.nll / stats.tokens,
    'clip_ratio/low_mean': stats.clippedLow / stats.tokens,
    'clip_ratio/high_mean': stats.clippedHigh / stats.tokens,
    'clip_ratio/region_mean': (stats.clippedLow + stats.clippedHigh) / stats.tokens,
    ...(options.klCoef > 0 && { kl: stats.kl / stats.tokens }),
    'sampling/sampling_logp_difference/max': stats.maxDifference,
    ...spreadOf('length', lengths),
    // As in TRL 0 where none ended.
    ...spreadOf('terminated_length', ended.length > 0 ? ended : [0]),
    'completions/clipped_ratio': 1 - ended.length / answers.length,
    num_tokens: rollouts.flat().reduce((sum, { prompt }) => sum + prompt.length, 0) + stats.tokens,
  };
}

const spreadOf = (name: string, lengths: readonly number[]): Metrics => ({
  [`completions/mean_${name}`]: mean(lengths),
  [`completions/min_${name}`]: Math.min(...lengths),
  [`completions/max_${name}`]: Math.max(...lengths),
});

const lengthOf = (turns: readonly Turn[]): number => turns.reduce((sum, { answer }) => sum + answer.tokens.length, 0);

interface PolicyExample extends TrainExample {
  completions: number[][];
  advantages: number[];
  oldLogProbs: number[][];
}

/** Turns that were shown the same prompt are one example: the prompt is read once. */
function examplesOf(
  rollouts: readonly Turn[][],
  weights: readonly number[],
  advantages: readonly number[],
): TrainExample[] {
  const byPrompt = new Map<string, PolicyExample>();
  rollouts.forEach((turns, i) => {
    for (const { prompt, answer } of turns) {
      const key = prompt.join();
      const example = byPrompt.get(key) ?? { prompt, completions: [], weights: [], advantages: [], oldLogProbs: [] };
      byPrompt.set(key, example);
      example.completions.push(answer.tokens);
      example.weights.push(weights[i]!);
      example.advantages.push(advantages[i]!);
      example.oldLogProbs.push(answer.logProbs);
    }
  });
  return [...byPrompt.values()];
}
