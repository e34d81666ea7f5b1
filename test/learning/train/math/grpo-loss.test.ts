import { describe, expect, test } from 'vitest';
import {
  type Aggregation,
  clippedTokenLoss,
  grpoLoss,
  tokenWeights,
} from '../../../../src/learning/train/math/grpo-loss.ts';
import { klPenalty } from '../../../../src/learning/train/math/kl.ts';

const clip = { clipLow: 0.2, clipHigh: 0.28 };

test.each([
  ['on policy', 0, 2, -2, -2, undefined],
  ['a good token that already gained', Math.log(1.5), 1, -1.28, 0, 'high'],
  ['a good token that lost', Math.log(0.5), 1, -0.5, -0.5, undefined],
  ['a bad token that already lost', Math.log(0.5), -1, 0.8, 0, 'low'],
  ['a bad token that gained', Math.log(1.5), -1, 1.5, 1.5, undefined],
])('clipping: %s', (_, logRatio, advantage, loss, gradient, clipped) => {
  const token = clippedTokenLoss(-1 + logRatio, -1, advantage, clip);
  expect(token.loss).toBeCloseTo(loss, 10);
  expect(token.gradient).toBeCloseTo(gradient, 10);
  expect(token.clipped).toBe(clipped);
});

describe('aggregation', () => {
  const weightsOf = (lengths: number[], aggregation: Aggregation) =>
    tokenWeights(lengths, { aggregation, maxLength: 10 });
  test('sequence mean: every rollout weighs the same', () => {
    expect(weightsOf([2, 4], 'grpo')).toEqual([1 / 4, 1 / 8]);
  });
  test('token mean: every token weighs the same', () => {
    expect(weightsOf([2, 4], 'dapo')).toEqual([1 / 6, 1 / 6]);
  });
  test('Dr. GRPO: a token weighs the same however long its rollout is', () => {
    expect(weightsOf([2, 4], 'dr_grpo')).toEqual([1 / 20, 1 / 20]);
  });
  test('an empty rollout weighs nothing', () => {
    expect(weightsOf([0, 4], 'grpo')).toEqual([0, 1 / 8]);
  });
});

test('by hand: two rollouts of two and one tokens', () => {
  const logProbs = [[-1, -2], [-0.5]];
  const oldLogProbs = [[-1.1, -1.9], [-0.5]];
  const { loss, clipFraction } = grpoLoss({ logProbs, oldLogProbs, advantages: [1, -1] });
  expect(loss).toBeCloseTo((-Math.exp(0.1) - Math.exp(-0.1)) / 4 + 1 / 2, 10);
  expect(clipFraction).toBe(0);
});

test('on fresh rollouts the loss is the mean advantage with the opposite sign, and the gradient is not zero', () => {
  const { loss, gradients } = grpoLoss({ logProbs: [[-1], [-2]], advantages: [1, -1] });
  expect(loss).toBeCloseTo(0, 12);
  expect(gradients).toEqual([[-0.5], [0.5]]);
});

test.each([
  ['grpo', 'k2'],
  ['dapo', 'k3'],
  ['dr_grpo', 'k2'],
] as const)('the gradient is the gradient of the loss, %s with KL %s', (aggregation, klEstimator) => {
  const logProbs = [
    [-1, -2.5, -0.3],
    [-0.7, -1.4],
  ];
  const oldLogProbs = [
    [-1.5, -2.4, -0.31],
    [-0.2, -1.5],
  ];
  const refLogProbs = [
    [-1.2, -2.9, -0.1],
    [-0.9, -1.2],
  ];
  const kl = { refLogProbs, klCoef: 0.3, klEstimator };
  const batch = { oldLogProbs, advantages: [0.8, -1.3], aggregation, maxLength: 8, ...kl, ...clip };
  const { gradients } = grpoLoss({ ...batch, logProbs });
  logProbs.forEach((tokens, i) => {
    tokens.forEach((_, t) => {
      const moved = (by: number) =>
        grpoLoss({ ...batch, logProbs: logProbs.map((row, j) => row.map((v, s) => (i === j && s === t ? v + by : v))) })
          .loss;
      expect(gradients[i]![t]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 5);
    });
  });
});

test.each([
  ['k2', 0.125],
  ['k3', Math.exp(0.5) - 1.5],
] as const)('KL estimator %s where the reference gives half a nat more', (estimator, value) => {
  expect(klPenalty(-1, -0.5, estimator).value).toBeCloseTo(value, 12);
  expect(klPenalty(-1, -1, estimator).value).toBeCloseTo(0, 12);
});

test.each([
  ['k2', 'KL(π ‖ π_ref)', (p: number, q: number) => p * Math.log(p / q)],
  ['k3', 'KL(π_ref ‖ π)', (p: number, q: number) => q * Math.log(q / p)],
] as const)('over all tokens of a softmax the gradient of %s is that of %s', (estimator, _, divergence) => {
  const logits = [0.3, -1, 1.2, 0];
  const reference = softmax([1, 0.2, -0.5, 0.1]);
  const divergenceOf = (at: readonly number[]) =>
    softmax(at).reduce((sum, p, i) => sum + divergence(p, reference[i]!), 0);
  const policy = softmax(logits);
  logits.forEach((_, j) => {
    // d logπ(token)/d logit j = [token = j] − π(j), weighed by how often the token is sampled.
    const expected = policy.reduce(
      (sum, p, i) =>
        sum + p * klPenalty(Math.log(p), Math.log(reference[i]!), estimator).gradient * (Number(i === j) - policy[j]!),
      0,
    );
    const moved = (by: number) => divergenceOf(logits.map((logit, i) => logit + (i === j ? by : 0)));
    expect(expected).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 6);
  });
});

const softmax = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
};

test.each([
  ['a token of which the old policy knew nothing', -0.1, -2000, -1],
  ['a token that the policy has given up', -2000, -0.1, 1],
])('the ratio stays finite: %s', (_, logProb, oldLogProb, advantage) => {
  const token = clippedTokenLoss(logProb, oldLogProb, advantage, clip);
  expect(Math.abs(token.loss)).toBeLessThanOrEqual(Math.exp(20));
  expect(token.gradient).toBeCloseTo(0, 12);
});

test.each([1000, 30, -30])('k3 of a token that is %d nats apart counts as 10 and has no gradient', (delta) => {
  expect(klPenalty(-1, delta - 1, 'k3')).toEqual({ value: 10, gradient: 0 });
});
