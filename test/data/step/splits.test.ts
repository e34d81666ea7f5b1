import { describe, expect, test } from 'vitest';
import { chooseHeldOut, splitOf } from '../../../src/data/step/splits.ts';
import { aTrajectory } from '../../support/trajectory.ts';

describe('trajectories that are held out', () => {
  const ids = Array.from({ length: 100 }, (_, i) => `t${i}`);

  test('are as many as asked for, and the same whatever the order of the trajectories', () => {
    const chosen = chooseHeldOut(ids, 30, 1);
    expect(chosen.size).toBe(30);
    expect(chooseHeldOut([...ids].reverse(), 30, 1)).toEqual(chosen);
  });

  test('are others with another seed', () => {
    const both = new Set([...chooseHeldOut(ids, 30, 1), ...chooseHeldOut(ids, 30, 2)]);
    expect(both.size).toBeGreaterThan(40);
  });

  test('are all when there are no more', () => {
    expect(chooseHeldOut(['a', 'b', 'a'], 30, 1)).toEqual(new Set(['a', 'b']));
  });

  test('are so whatever the side of their instance', () => {
    const known = new Map([['toy__1', 'train']] as const);
    expect(splitOf(aTrajectory(), { known })).toBe('train');
    expect(splitOf(aTrajectory(), { known, heldOut: new Set(['toy__1/test/0']) })).toBe('heldout');
  });
});

test('a trajectory of an instance that no suite knows is on the side that it remembers', () => {
  const known = new Map([['toy__1', 'train']] as const);
  const remembering = aTrajectory({ provenance: { source_format: 'stepwright', suite: 'toys', split: 'heldout' } });
  expect(splitOf(remembering, { known: new Map(), unknown: 'train' })).toBe('heldout');
  expect(splitOf(remembering, { known })).toBe('train');
});
