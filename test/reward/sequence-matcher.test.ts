import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSequenceMatcher, sequenceRatio } from '../../src/reward/sequence-matcher.ts';
import { readJsonl } from '../../src/run/jsonl.ts';

const pairSchema = z.object({ a: z.string(), b: z.string(), ratio: z.number(), ratio_no_autojunk: z.number() });
const pairs = await readJsonl(join(import.meta.dirname, '../fixtures/difflib.jsonl.gz'), pairSchema);

describe('against CPython', () => {
  test('there are 1,500 golden pairs, hundreds of which autojunk changes', () => {
    expect(pairs).toHaveLength(1500);
    expect(pairs.filter((pair) => pair.ratio !== pair.ratio_no_autojunk)).toHaveLength(379);
  });

  test('every ratio is equal to the last bit', () => {
    expect(pairs.filter(({ a, b, ratio }) => sequenceRatio(a, b) !== ratio)).toEqual([]);
  });

  test('every ratio is equal to the last bit with autojunk off', () => {
    expect(
      pairs.filter(({ a, b, ratio_no_autojunk }) => sequenceRatio(a, b, { autojunk: false }) !== ratio_no_autojunk),
    ).toEqual([]);
  });
});

// Values of CPython 3.11.
const code = (n: number) =>
  Array.from({ length: n }, (_, i) => 'abcdefgh ('[(i * 7 + Math.floor(i / 10)) % 10]).join('');

describe('around 200 characters', () => {
  test.each([
    [199, 0.11557788944723618, 0.11557788944723618],
    [200, 0.0, 0.12],
    [201, 0.004975124378109453, 0.12935323383084577],
    [1000, 0.0, 0.113],
  ])('b of %i characters: %d with autojunk, %d without', (length, withJunk, without) => {
    const a = code(length).split('').reverse().join('');
    expect(sequenceRatio(a, code(length))).toBe(withJunk);
    expect(sequenceRatio(a, code(length), { autojunk: false })).toBe(without);
  });
});

describe('edges', () => {
  test.each([
    ['', '', 1],
    ['', 'a', 0],
    ['a', '', 0],
    ['abcd', 'bcde', 0.75],
    ['tide', 'diet', 0.25],
    ['diet', 'tide', 0.5],
  ])('%j to %j is %d', (a, b, ratio) => {
    expect(sequenceRatio(a, b)).toBe(ratio);
  });

  test('an astral character is one element, not two', () => {
    expect(sequenceRatio('🙂a', '🙃a')).toBe(0.5);
    expect(sequenceRatio('🙂', '🙃')).toBe(0);
  });

  test('a text made of popular characters only still matches what extends from the start', () => {
    expect(sequenceRatio('a'.repeat(299), 'a'.repeat(300))).toBe((2 * 299) / 599);
  });

  test('one matcher serves many texts, in any order', () => {
    const ratio = createSequenceMatcher('sed -i s/a/b/ x.py');
    const texts = ['sed -n 1p x.py', 'ls', 'sed -i s/a/b/ x.py', 'ls'];
    expect(texts.map(ratio)).toEqual(texts.map((text) => sequenceRatio(text, 'sed -i s/a/b/ x.py')));
  });
});
