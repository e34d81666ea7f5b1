import { expect, test } from 'vitest';
import { trainOptionsSchema } from '../../../../src/learning/train/options/options.ts';

const parse = (options: object) => trainOptionsSchema.safeParse({ method: 'srl', steps: ['x'], ...options });

test('the KL is estimated by k2, whose gradient is that of the KL', () => {
  expect(parse({}).data!.klEstimator).toBe('k2');
});

test.each([
  ['k1, whose gradient in a loss is zero in expectation', { klEstimator: 'k1' }, /gradient of k1 .* zero .* take k2/],
  ['an estimator that there is not', { klEstimator: 'k4' }, /expected k2 or k3/],
  ['a second moment that never decays', { beta2: 1 }, /expected a number from 0 to below 1/],
])('refused: %s', (_, options, message) => {
  expect(parse(options).error!.issues[0]!.message).toMatch(message);
});
