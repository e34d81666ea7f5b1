import { expect, test } from 'vitest';
import { advantages, batchAdvantages, standardDeviation } from '../../../../src/learning/train/math/advantages.ts';

test.each([
  ["verl's: ddof 1, eps 1e-6", {}, 1.499997],
  ["TRL's: ddof 1, eps 1e-4", { eps: 1e-4 }, 1.4997],
  ['population std', { ddof: 0 }, 0.75 / (Math.sqrt(0.1875) + 1e-6)],
  ['not scaled (Dr. GRPO)', { scale: 'none' }, 0.75],
] as const)('of one success in four, %s', (_, options, expected) => {
  const [first, ...others] = advantages([1, 0, 0, 0], options);
  expect(first).toBeCloseTo(expected, 5);
  for (const other of others) expect(other).toBeCloseTo(-expected / 3, 5);
});

// Ratios of whole numbers, as similarities are: the mean of equal ones is often off by a rounding error.
const ratios = Array.from({ length: 400 }, (_, i) => (2 * (i % 37)) / (37 + (i % 23)));

test.each([2, 8, 16])(
  'of %d equal rewards are exactly zero and their std is zero, even where nothing is added to it',
  (size) => {
    for (const ratio of ratios) {
      const rewards = Array(size).fill(ratio);
      expect(standardDeviation(rewards)).toBe(0);
      for (const scale of ['group', 'batch', 'none'] as const)
        expect(advantages(rewards, { scale, eps: 0 })).toEqual(rewards.map(() => 0));
    }
  },
);

test('rewards that differ in the last digits of a double only are equal', () => {
  expect(0.1 + 0.2).not.toBe(0.3);
  expect(advantages([0.1 + 0.2, 0.3, 0.3])).toEqual([0, 0, 0]);
});

test('standard deviation: population and sample', () => {
  expect(standardDeviation([1, 0, 0, 0])).toBeCloseTo(Math.sqrt(0.1875), 12);
  expect(standardDeviation([1, 0, 0, 0], 1)).toBeCloseTo(0.5, 12);
  expect(standardDeviation([3], 1)).toBe(0);
});

test('scaled by the batch: each group keeps its own mean', () => {
  const [first, second] = batchAdvantages(
    [
      [1, 0],
      [0.6, 0.4],
    ],
    { scale: 'batch', eps: 0 },
  );
  const std = standardDeviation([1, 0, 0.6, 0.4], 1);
  expect(first![0]).toBeCloseTo(0.5 / std, 12);
  expect(second![1]).toBeCloseTo(-0.1 / std, 12);
});
