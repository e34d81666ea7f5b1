import { describe, expect, test } from 'vitest';
import { assignSplits, groupNearCopies, type SplitFunction } from '../../../src/data/synth/splits.ts';

/** Functions that share nothing but their form: each has an operator chain of its own. */
const distinct = (n: number): string => {
  const operators = ['+', '-', '*', '/', '%', '<<'];
  const chain = Array.from({ length: 12 }, (_, at) => `${operators[Math.floor(n / 6 ** (at % 3)) % 6]} x${at}`);
  return `def f${n}(x):\n    return x ${chain.join(' ')}\n${'    if x: pass\n'.repeat(n % 7)}`;
};
const functions = Array.from(
  { length: 40 },
  (_, n): SplitFunction => ({ key: `e:a.py::f${n}`, source: distinct(n * 5), stratum: 'e' }),
);
const options = { heldoutShare: 0.25, seed: 1 };

const COPY = (name: string, limit: number) =>
  `def ${name}(values):\n    total = 0\n    for value in values:\n        if value > ${limit}:\n            total += value * 2\n    return total\n`;

describe('splits', () => {
  test('the held-out share is kept, and the seed decides who is in it', () => {
    const splits = assignSplits(functions, options);
    const heldout = [...splits.values()].filter((side) => side === 'heldout').length;
    expect(heldout).toBeGreaterThanOrEqual(7);
    expect(heldout).toBeLessThanOrEqual(10);
    expect(assignSplits(functions, options)).toEqual(splits);
    expect(assignSplits(functions, { ...options, seed: 2 })).not.toEqual(splits);
  });

  test('near-copies are on one side whatever the seed', () => {
    const copies = ['a', 'b', 'c'].map(
      (name, n): SplitFunction => ({ key: `e:b.py::${name}`, source: COPY(name, n), stratum: 'e' }),
    );
    for (let seed = 0; seed < 20; seed++) {
      const splits = assignSplits([...functions, ...copies], { ...options, seed });
      expect(new Set(copies.map(({ key }) => splits.get(key))).size).toBe(1);
    }
  });

  test('a decided side is kept, and takes near-copies along', () => {
    const copies = ['a', 'b'].map((name): SplitFunction => ({ key: name, source: COPY(name, 1), stratum: 'e' }));
    for (const side of ['train', 'heldout'] as const) {
      const splits = assignSplits([...functions, ...copies], { ...options, decided: new Map([['a', side]]) });
      expect(splits.get('b')).toBe(side);
    }
  });

  test('every stratum has its share', () => {
    const other = functions.map((fn) => ({ ...fn, key: `o:${fn.key}`, stratum: 'o' }));
    const splits = assignSplits([...functions.slice(0, 20), ...other.slice(20)], options);
    for (const stratum of ['e:', 'o:'])
      expect([...splits].filter(([key, side]) => key.startsWith(stratum) && side === 'heldout').length).toBeGreaterThan(
        2,
      );
  });
});

describe('near-copies', () => {
  test('names, numbers, strings and comments make no difference', () => {
    const groups = groupNearCopies([
      { source: COPY('a', 1) },
      { source: `# a comment\n${COPY('b', 99)}` },
      { source: distinct(3) },
    ]);
    expect(groups.map((group) => group.length).sort()).toEqual([1, 2]);
  });

  test('another structure does', () => {
    const other =
      'def a(values):\n    while values and not done(values[0]):\n        values.pop(0)\n    return sorted(values)\n';
    expect(groupNearCopies([{ source: COPY('a', 1) }, { source: other }])).toHaveLength(2);
  });
});
