import { expect, test } from 'vitest';
import { maxOf, minOf, pushAll } from '../../../src/core/run/large-arrays.ts';

test('arrays that would overflow the stack as arguments are no trouble', () => {
  const values = Array.from({ length: 300_000 }, (_, n) => n);
  const list: number[] = [];
  pushAll(list, values);
  expect([maxOf(values), minOf(values), list.length]).toEqual([299_999, 0, 300_000]);
});

test('of nothing: the start, or what Math gives', () => {
  expect([maxOf([]), maxOf([], 0), minOf([]), minOf([], 9)]).toEqual([-Infinity, 0, Infinity, 9]);
});
