// An update of GRPO on groups of rollouts (DeepSeekMath, arXiv 2402.03300): the clipped loss of every token, by its rollout's advantage. One
// step, or one for each mini-batch, of which the later ones see a policy that has moved: only then does the clip act.
import type { Answer } from '../../student/generate/generate.ts';
import { mean } from '../math/advantages.ts';
import { tokenWeights } from '../math/grpo-loss.ts';
import { addStats, type GradientStats, type TrainExample } from '../parallel/replica.ts';
import type { Metrics } from '../record/metrics.ts';
import type { Drawn, TrainingRun } from '../run.ts';
import type { InformativeGroup, Sampled, Turn } from './groups.ts';

/** `longest`: of a rollout, in tokens. Gives what there is to log; `num_tokens` counts prompts and answers as they were trained on. Without
 * anything to learn from no step is made, and `progress.uninformative` counts the update. */
export async function policyUpdate<Item extends Drawn>(
  run: TrainingRun<Item>,
  { groups, metrics }: Sampled<Item>,
  longest: number,
): Promise<Metrics & { num_tokens: number }> {
  const { options, progress } = run;
  const size = Math.ceil(options.batch / options.miniBatches);
  const steps: PolicyStep[] = [];
  for (let first = 0; first < groups.length; first += size) {
    const step = await policyStep(run, groups.slice(first, first + size), { size, longest });
    if (step !== undefined) steps.push(step);
  }
  progress.uninformative = steps.length === 0 ? progress.uninformative + 1 : 0;
  const answers = groups.flatMap(({ rollouts }) => rollouts.flatMap((turns) => turns.map(({ answer }) => answer)));
  return {
    ...metrics,
    ...(steps.length === 0 ? { loss: 0, grad_norm: 0, num_tokens: 0 } : metricsOf(steps, options)),
    ...(answers.length > 0 && lengthMetrics(answers)),
  };
}

interface PolicyStep {
  stats: GradientStats;
  /** Of the prompts that were trained on, once for each answer. */
  promptTokens: number;
  grad_norm: number;
  learning_rate: number;
}

/** One step down the gradient of some of the batch's groups; undefined where none of their tokens has one. */
async function policyStep<Item extends Drawn>(
  run: TrainingRun<Item>,
  groups: readonly InformativeGroup<Item>[],
  { size, longest }: { size: number; longest: number },
): Promise<PolicyStep | undefined> {
  const { options, engine } = run;
  const rollouts = groups.flatMap((group) => group.rollouts);
  const isTaught = (turns: readonly Turn[]): boolean =>
    !options.maskTruncated || turns.every(({ answer }) => answer.stopped);
  const lengths = rollouts.map((turns) => (isTaught(turns) ? lengthOf(turns) : 0));
  // A batch that could not be filled weighs less: as if the groups that it lacks had taught nothing.
  const share = groups.length / size;
  const weights = tokenWeights(lengths, { aggregation: options.aggregation, maxLength: longest }).map(
    (weight) => weight * share,
  );
  let first = 0;
  const examples = groups.flatMap((group) => {
    const ofGroup = weights.slice(first, first + group.rollouts.length);
    first += group.rollouts.length;
    const moving = group.rollouts.map((turns, i) => ({ turns, weight: ofGroup[i]!, advantage: group.advantages[i]! }));
    // The others have no gradient: running them would change nothing.
    return examplesOf(moving.filter(({ weight, advantage }) => weight > 0 && (advantage !== 0 || options.klCoef > 0)));
  });
  if (examples.length === 0) return undefined;
  if (options.klCoef > 0) {
    const references = await engine.referenceLogProbs(examples, options.temperature);
    examples.forEach((example, i) => {
      example.refLogProbs = references[i]!;
    });
  }
  const { gradient, stats } = await engine.gradients(examples, options);
  const items = groups.map(({ item }) => item);
  const promptTokens = examples.reduce((sum, { prompt, completions }) => sum + prompt.length * completions.length, 0);
  return { stats, promptTokens, ...(await run.applyGradient(gradient, items)) };
}

function metricsOf(steps: readonly PolicyStep[], { klCoef }: { klCoef: number }): Metrics & { num_tokens: number } {
  const stats = steps.map((step) => step.stats).reduce(addStats);
  return {
    loss: stats.loss / steps.length,
    grad_norm: mean(steps.map(({ grad_norm }) => grad_norm)),
    learning_rate: steps.at(-1)!.learning_rate,
    entropy: stats.nll / stats.tokens,
    'clip_ratio/low_mean': stats.clippedLow / stats.tokens,
    'clip_ratio/high_mean': stats.clippedHigh / stats.tokens,
    'clip_ratio/region_mean': (stats.clippedLow + stats.clippedHigh) / stats.tokens,
    ...(klCoef > 0 && { kl: stats.kl / stats.tokens }),
    // Of the first step, in which sampler and trainer have the same weights.
    'sampling/sampling_logp_difference/max': steps[0]!.stats.maxDifference,
    num_tokens: stats.tokens + steps.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
  };
}

function lengthMetrics(answers: readonly Answer[]): Metrics {
  const ended = answers.filter(({ stopped }) => stopped).map(({ tokens }) => tokens.length);
  return {
    ...spreadOf(
      'length',
      answers.map(({ tokens }) => tokens.length),
    ),
    // As in TRL 0 where none ended.
    ...spreadOf('terminated_length', ended.length > 0 ? ended : [0]),
    'completions/clipped_ratio': 1 - ended.length / answers.length,
  };
}

const spreadOf = (name: string, lengths: readonly number[]): Metrics => ({
  [`completions/mean_${name}`]: mean(lengths),
  [`completions/min_${name}`]: lengths.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY),
  [`completions/max_${name}`]: lengths.reduce((most, length) => Math.max(most, length), 0),
});

const lengthOf = (turns: readonly Turn[]): number => turns.reduce((sum, { answer }) => sum + answer.tokens.length, 0);

interface PolicyExample extends TrainExample {
  completions: number[][];
  advantages: number[];
  oldLogProbs: number[][];
}

/** Turns that were shown the same prompt are one example: the prompt is read once. */
function examplesOf(rollouts: readonly { turns: Turn[]; weight: number; advantage: number }[]): TrainExample[] {
  const byPrompt = new Map<string, PolicyExample>();
  for (const { turns, weight, advantage } of rollouts) {
    for (const { prompt, answer } of turns) {
      const key = prompt.join();
      const example = byPrompt.get(key) ?? { prompt, completions: [], weights: [], advantages: [], oldLogProbs: [] };
      byPrompt.set(key, example);
      example.completions.push(answer.tokens);
      example.weights.push(weight);
      example.advantages.push(advantage);
      example.oldLogProbs.push(answer.logProbs);
    }
  }
  return [...byPrompt.values()];
}
