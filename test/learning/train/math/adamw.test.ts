import { expect, test } from 'vitest';
import { adamw, adamwState, clipByGlobalNorm, decayGroups } from '../../../../src/learning/train/math/adamw.ts';
import { learningRate } from '../../../../src/learning/train/math/schedule.ts';

const options = { beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1 };

test('the first step goes by the learning rate against the sign, after the decay', () => {
  const parameters = Float32Array.from([1, -2, 3]);
  adamw(parameters, Float32Array.from([0.5, -4, 0]), adamwState(3), 0.01, undefined, options);
  expect(parameters[0]).toBeCloseTo(0.999 - 0.01, 6);
  expect(parameters[1]).toBeCloseTo(-2 * 0.999 + 0.01, 6);
  expect(parameters[2]).toBeCloseTo(3 * 0.999, 6);
});

test('the second step, by hand', () => {
  const [parameters, state] = [Float32Array.from([1]), adamwState(1)];
  adamw(parameters, Float32Array.from([1]), state, 0.1, undefined, { ...options, weightDecay: 0 });
  adamw(parameters, Float32Array.from([3]), state, 0.1, undefined, { ...options, weightDecay: 0 });
  const m = (0.9 * 0.1 + 0.1 * 3) / (1 - 0.81);
  const v = (0.95 * 0.05 + 0.05 * 9) / (1 - 0.9025);
  expect(parameters[0]).toBeCloseTo(0.9 - (0.1 * m) / Math.sqrt(v), 5);
  expect(state.step).toBe(2);
});

test('a step gives the sum of the weights, which tells when one of them is no number', () => {
  const parameters = Float32Array.from([1, 2, 3]);
  const zero = () => new Float32Array(3);
  expect(adamw(parameters, zero(), adamwState(3), 0, undefined, options)).toBe(6);
  expect(adamw(parameters, zero(), adamwState(3), 0.1, undefined, { ...options, beta2: 1 })).toBeNaN();
});

test('matrices decay, biases and norm weights do not', () => {
  const parameters = [
    { name: 'w', shape: [2, 2], offset: 0, size: 4 },
    { name: 'b', shape: [2], offset: 4, size: 2 },
  ];
  const groups = decayGroups({ parameters, size: 6 });
  const vector = new Float32Array(6).fill(1);
  adamw(vector, new Float32Array(6), adamwState(6), 0.5, groups, options);
  expect([...vector].map((value) => Number(value.toFixed(4)))).toEqual([0.95, 0.95, 0.95, 0.95, 1, 1]);
});

test('a long gradient is scaled to the limit, a short one left alone', () => {
  const long = Float32Array.from([3, 4]);
  expect(clipByGlobalNorm(long, 1)).toBe(5);
  expect(Math.hypot(...long)).toBeCloseTo(1, 5);
  const short = Float32Array.from([0.3, 0.4]);
  clipByGlobalNorm(short, 1);
  expect([...short]).toEqual([...Float32Array.from([0.3, 0.4])]);
  const unlimited = Float32Array.from([3, 4]);
  clipByGlobalNorm(unlimited, 0);
  expect([...unlimited]).toEqual([3, 4]);
});

test.each([
  ['constant', 50, 1],
  ['linear', 55, 0.1 + 0.9 * 0.5],
  ['cosine', 55, 0.1 + 0.9 * 0.5],
  ['cosine', 10, 1],
] as const)('schedule: %s at update %i of 100 after a tenth of warm-up', (kind, update, share) => {
  const schedule = { kind, warmup: 0.1, floor: 0.1 };
  expect(learningRate(update, 100, 2, schedule)).toBeCloseTo(2 * share, 10);
  expect(learningRate(0, 100, 2, schedule)).toBeCloseTo(0.2, 10);
});
