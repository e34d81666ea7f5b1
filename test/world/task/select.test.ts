import { describe, expect, test } from 'vitest';
import { selectInstances } from '../../../src/world/task/select.ts';
import { anInstance } from '../../support/instance.ts';

const instances = ['d', 'b', 'a', 'c', 'e'].map((name) =>
  anInstance({ instance_id: `toy.${name}`, split: name === 'e' ? 'heldout' : 'train' }),
);
const ids = (selection: Parameters<typeof selectInstances>[1]) =>
  selectInstances(instances, selection)
    .map(({ instance_id }) => instance_id.slice(4))
    .join('');

describe('selecting instances', () => {
  test.each([
    ['nothing asked: all, by id', {}, 'abcde'],
    ['ids', { ids: ['toy.c', 'toy.a'] }, 'ac'],
    ['a pattern', { filter: '[bd]$' }, 'bd'],
    ['a side', { split: 'heldout' as const }, 'e'],
    ['the first ones', { slice: '2' }, 'ab'],
    ['a slice', { slice: '1:4:2' }, 'bd'],
    ['the last ones', { slice: '-2:' }, 'de'],
    ['side and slice', { split: 'train' as const, slice: '3:' }, 'd'],
  ])('%s', (_, selection, expected) => {
    expect(ids(selection)).toBe(expected);
  });

  test('a shuffle depends on its seed alone, and the slice is taken after it', () => {
    expect(ids({ shuffle: 7 })).toBe(ids({ shuffle: 7 }));
    expect(ids({ shuffle: 7 })).not.toBe(ids({ shuffle: 8 }));
    expect(ids({ shuffle: 7, slice: '2' })).toBe(ids({ shuffle: 7 }).slice(0, 2));
  });

  test.each([
    [{ ids: ['toy.x'] }, 'No instance "toy.x" among these 5.'],
    [{ filter: '(' }, '--filter (: Invalid regular expression'],
    [{ slice: 'a:b' }, '--slice a:b: expected N, start:stop'],
    [{ slice: '::0' }, '--slice ::0: expected N'],
  ])('%j is refused', (selection, message) => {
    expect(() => ids(selection)).toThrow(message);
  });
});
