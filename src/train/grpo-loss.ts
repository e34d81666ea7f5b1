// The clipped policy-gradient loss of GRPO on log-probabilities, with its gradient: pure numbers, no tensors.
//   ρ = exp(logπ − logπ_old),  l = −min(ρA, clip(ρ, 1−ε_low, 1+ε_high)·A),  loss = Σ weight · l over tokens

/** `sequence-mean`: mean over rollouts of each one's token mean (GRPO, and SRL's eq. 1). `token-mean`: over all tokens (DAPO). */
export type Aggregation = 'sequence-mean' | 'token-mean';

export interface Clipping {
  clipLow: number;
  clipHigh: number;
}

/** What every token of each rollout weighs in the loss; over all rollouts and tokens the weights sum to 1. */
export function tokenWeights(lengths: readonly number[], aggregation: Aggregation): number[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return lengths.map((length) => {
    if (length === 0) return 0;
    return aggregation === 'token-mean' ? 1 / total : 1 / (lengths.length * length);
  });
}

export interface TokenLoss {
  loss: number;
  /** d loss / d logπ. */
  gradient: number;
  /** Whether the clip took the gradient away, and on which side. */
  clipped: 'low' | 'high' | undefined;
}

export function clippedTokenLoss(logProb: number, oldLogProb: number, advantage: number, clip: Clipping): TokenLoss {
  const ratio = Math.exp(logProb - oldLogProb);
  const low = advantage < 0 && ratio < 1 - clip.clipLow;
  const high = advantage > 0 && ratio > 1 + clip.clipHigh;
  if (low) return { loss: -advantage * (1 - clip.clipLow), gradient: 0, clipped: 'low' };
  if (high) return { loss: -advantage * (1 + clip.clipHigh), gradient: 0, clipped: 'high' };
  return { loss: -advantage * ratio, gradient: -advantage * ratio, clipped: undefined };
}

export interface GrpoBatch extends Partial<Clipping> {
  /** One list a rollout, one number a completion token. */
  logProbs: readonly (readonly number[])[];
  /** Absent: this is the first update on these rollouts, so the old policy is the current one. */
  oldLogProbs?: readonly (readonly number[])[];
  advantages: readonly number[];
  aggregation?: Aggregation;
}

export function grpoLoss(batch: GrpoBatch): { loss: number; gradients: number[][]; clipFraction: number } {
  const { logProbs, oldLogProbs = logProbs, aggregation = 'sequence-mean', clipLow = 0.2, clipHigh = clipLow } = batch;
  const weights = tokenWeights(
    logProbs.map((tokens) => tokens.length),
    aggregation,
  );
  let loss = 0;
  let clipped = 0;
  const gradients = logProbs.map((tokens, i) =>
    tokens.map((logProb, t) => {
      const token = clippedTokenLoss(logProb, oldLogProbs[i]![t]!, batch.advantages[i]!, { clipLow, clipHigh });
      loss += weights[i]! * token.loss;
      if (token.clipped) clipped++;
      return weights[i]! * token.gradient;
    }),
  );
  return { loss, gradients, clipFraction: clipped / gradients.flat().length };
}
