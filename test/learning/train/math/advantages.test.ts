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

test('of equal rewards are zero', () => {
  expect(advantages([0.5, 0.5, 0.5])).toEqual([0, 0, 0]);
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
