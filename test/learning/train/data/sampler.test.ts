import { expect, test } from 'vitest';
import { createSampler } from '../../../../src/learning/train/data/sampler.ts';

const items = ['a', 'b', 'c', 'd', 'e'];

test('every epoch holds every item once, in another order', () => {
  const sampler = createSampler(items, 1);
  const epochs = [sampler.take(5), sampler.take(5), sampler.take(5)];
  for (const epoch of epochs) expect([...epoch].sort()).toEqual(items);
  expect(new Set(epochs.map((epoch) => epoch.join())).size).toBeGreaterThan(1);
});

test('from a position it goes on as if it had never stopped', () => {
  const whole = createSampler(items, 7).take(23);
  const first = createSampler(items, 7);
  const head = first.take(9);
  expect([...head, ...createSampler(items, 7, first.position).take(14)]).toEqual(whole);
});

test('another seed, another order', () => {
  expect(createSampler(items, 1).take(20)).not.toEqual(createSampler(items, 2).take(20));
});
