// The clipped policy-gradient loss of GRPO on log-probabilities, with its gradient: pure numbers, no tensors.
//   ρ = exp(logπ − logπ_old),  l = −min(ρA, clip(ρ, 1−ε_low, 1+ε_high)·A) + β·KL(π ‖ π_ref),  loss = Σ weight · l over tokens
import { type KlEstimator, klPenalty } from './kl.ts';

/** How token losses become one, under TRL's names. */
export const aggregations = ['grpo', 'dapo', 'dr_grpo'] as const;
/**
 * `grpo`: mean over rollouts of each one's token mean (DeepSeekMath; SRL's eq. 1). `dapo`: mean over all tokens (arXiv 2503.14476).
 * `dr_grpo`: sum over tokens, divided by rollouts times the longest possible answer (arXiv 2503.20783).
 */
export type Aggregation = (typeof aggregations)[number];

export interface Clipping {
  clipLow: number;
  clipHigh: number;
}

export interface TokenWeightOptions {
  aggregation: Aggregation;
  /** Longest possible answer, in tokens: what `dr_grpo` divides by. */
  maxLength: number;
}

/** What every token of each rollout weighs in the loss. A rollout whose `length` is 0 (empty, or masked) weighs nothing but counts as one. */
export function tokenWeights(lengths: readonly number[], { aggregation, maxLength }: TokenWeightOptions): number[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return lengths.map((length) => {
    if (length === 0) return 0;
    switch (aggregation) {
      case 'grpo':
        return 1 / (lengths.length * length);
      case 'dapo':
        return 1 / total;
      case 'dr_grpo':
        return 1 / (lengths.length * maxLength);
      default:
        return aggregation satisfies never;
    }
  });
}

export interface TokenLoss {
  loss: number;
  /** d loss / d logπ. */
  gradient: number;
  /** Whether the clip took the gradient away, and on which side. */
  clipped: 'low' | 'high' | undefined;
}

/** As in veRL: a ratio beyond e^±20 counts as that, and has no gradient. */
const MAX_LOG_RATIO = 20;

export function clippedTokenLoss(logProb: number, oldLogProb: number, advantage: number, clip: Clipping): TokenLoss {
  const logRatio = logProb - oldLogProb;
  const bounded = Math.max(-MAX_LOG_RATIO, Math.min(logRatio, MAX_LOG_RATIO));
  const ratio = Math.exp(bounded);
  const low = advantage < 0 && ratio < 1 - clip.clipLow;
  const high = advantage > 0 && ratio > 1 + clip.clipHigh;
  if (low) return { loss: -advantage * (1 - clip.clipLow), gradient: 0, clipped: 'low' };
  if (high) return { loss: -advantage * (1 + clip.clipHigh), gradient: 0, clipped: 'high' };
  return { loss: -advantage * ratio, gradient: bounded === logRatio ? -advantage * ratio : 0, clipped: undefined };
}

/** Lists hold one list a rollout, of one number a completion token. */
export interface GrpoBatch extends Partial<Clipping> {
  logProbs: readonly (readonly number[])[];
  /** Absent: this is the first update on these rollouts, so the old policy is the current one. */
  oldLogProbs?: readonly (readonly number[])[];
  advantages: readonly number[];
  /** @default 'grpo' */
  aggregation?: Aggregation;
  /** Longest possible answer, for `dr_grpo`; default the longest there is. */
  maxLength?: number;
  /** Of the reference policy; needed where `klCoef` is not 0. */
  refLogProbs?: readonly (readonly number[])[];
  /** β. @default 0 */
  klCoef?: number;
  /** @default 'k2' */
  klEstimator?: KlEstimator;
}

export function grpoLoss(batch: GrpoBatch): { loss: number; gradients: number[][]; clipFraction: number; kl: number } {
  const { logProbs, oldLogProbs = logProbs, refLogProbs = logProbs, klCoef = 0, klEstimator = 'k2' } = batch;
  const { aggregation = 'grpo', clipLow = 0.2, clipHigh = clipLow } = batch;
  const lengths = logProbs.map((tokens) => tokens.length);
  const weights = tokenWeights(lengths, {
    aggregation,
    maxLength: batch.maxLength ?? lengths.reduce((most, length) => Math.max(most, length), 0),
  });
  let [loss, clipped, kl] = [0, 0, 0];
  const gradients = logProbs.map((tokens, i) =>
    tokens.map((logProb, t) => {
      const token = clippedTokenLoss(logProb, oldLogProbs[i]![t]!, batch.advantages[i]!, { clipLow, clipHigh });
      const penalty = klPenalty(logProb, refLogProbs[i]![t]!, klEstimator);
      loss += weights[i]! * (token.loss + klCoef * penalty.value);
      kl += penalty.value;
      if (token.clipped) clipped++;
      return weights[i]! * (token.gradient + klCoef * penalty.gradient);
    }),
  );
  const count = gradients.flat().length;
  return { loss, gradients, clipFraction: clipped / count, kl: kl / count };
}
