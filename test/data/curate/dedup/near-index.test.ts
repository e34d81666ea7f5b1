// Near-duplicates, against the similarity computed exactly.
import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/run/random.ts';
import { contentHash } from '../../../../src/data/curate/dedup/content-hash.ts';
import { LEAST_SIMILARITY, signatureOf, similarityOf } from '../../../../src/data/curate/dedup/minhash.ts';
import { NearIndex } from '../../../../src/data/curate/dedup/near-index.ts';
import { actionShingles } from '../../../../src/data/curate/dedup/shingles.ts';
import { aTrajectory, bashStep } from '../../../support/trajectory.ts';

const random = createRandom('near');
const number = (): number => Math.floor(random() * 2 ** 32);

/** Two sets with a Jaccard similarity of `share`. */
function pairOf(share: number, size = 300): [Set<number>, Set<number>] {
  const common = Math.round(size * share);
  const shared = Array.from({ length: common }, number);
  const own = (count: number): number[] => Array.from({ length: count }, number);
  const half = Math.floor((size - common) / 2);
  return [new Set([...shared, ...own(half)]), new Set([...shared, ...own(size - common - half)])];
}

test.each([0.3, 0.5, 0.8, 0.95])(
  'the estimate of %f is right on average, and within five standard errors each time',
  (share) => {
    const estimates = Array.from({ length: 60 }, () =>
      similarityOf(...(pairOf(share).map(signatureOf) as [Uint32Array, Uint32Array])),
    );
    const error = Math.sqrt((share * (1 - share)) / 120);
    for (const estimate of estimates) expect(Math.abs(estimate - share)).toBeLessThan(5 * error + 0.005);
    expect(estimates.reduce((sum, estimate) => sum + estimate, 0) / estimates.length).toBeCloseTo(share, 1.5);
  },
);

test('of pairs well above the threshold all are found, of pairs well below none', () => {
  const index = new NearIndex<string>(0.8);
  let found = 0;
  for (let k = 0; k < 50; k++) {
    const [a, b] = pairOf(0.92);
    const [c, d] = pairOf(0.6);
    expect(index.findOrAdd(a, `a${k}`)).toBeUndefined();
    if (index.findOrAdd(b, `b${k}`)?.item === `a${k}`) found += 1;
    expect(index.findOrAdd(c, `c${k}`)).toBeUndefined();
    expect(index.findOrAdd(d, `d${k}`)).toBeUndefined();
  }
  expect(found).toBe(50);
});

test('at the least threshold, pairs just above it are rarely missed', () => {
  let found = 0;
  for (let k = 0; k < 100; k++) {
    const index = new NearIndex<string>(LEAST_SIMILARITY - 0.1);
    const [a, b] = pairOf(LEAST_SIMILARITY);
    index.findOrAdd(a, 'a');
    if (index.findOrAdd(b, 'b')) found += 1;
  }
  expect(found).toBeGreaterThan(85);
});

test('a crowd of look-alikes costs linear time', () => {
  const time = (count: number): number => {
    const index = new NearIndex<number>(0.99);
    const shared = Array.from({ length: 80 }, number);
    const sets = Array.from({ length: count }, () => new Set([...shared, ...Array.from({ length: 20 }, number)]));
    const started = performance.now();
    for (const [k, set] of sets.entries()) index.findOrAdd(set, k);
    return performance.now() - started;
  };
  time(200);
  expect(time(2000) / time(500)).toBeLessThan(10);
});

test('shingles are of what was done: thoughts, observations and the form of the call do not count', () => {
  const step = bashStep('cd /testbed && python -m pytest -q tests', 'a');
  const told = aTrajectory({ steps: [{ ...step, thought: 'other', observation: 'b', action: 'bash: other form' }] });
  expect(actionShingles(told)).toEqual(actionShingles(aTrajectory({ steps: [step] })));
  expect(actionShingles(aTrajectory({ steps: [bashStep('ls', 'a')] })).size).toBe(1);
  expect(actionShingles(aTrajectory({ steps: [] })).size).toBe(0);
});

test('contents are equal when actions and observations are', () => {
  const hash = (command: string, observation: string, more = {}): string =>
    contentHash(aTrajectory({ steps: [bashStep(command, observation)], ...more }));
  expect(hash('ls', 'a', { instance_id: 'other', ending: 'step_limit' })).toBe(hash('ls', 'a'));
  expect(hash('ls', 'b')).not.toBe(hash('ls', 'a'));
  expect(hash('l', 'sa')).not.toBe(hash('ls', 'a'));
});
