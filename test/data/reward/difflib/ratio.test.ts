import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readInputRows } from '../../../../src/core/io/input-rows.ts';
import { sequenceRatio } from '../../../../src/data/reward/difflib/ratio.ts';

const root = join(import.meta.dirname, '../../../..');
const pairSchema = z.object({ a: z.string(), b: z.string(), ratio: z.number(), ratio_no_autojunk: z.number() });
const pairs = await readInputRows(join(root, 'test/fixtures/difflib.jsonl.gz'), pairSchema);

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

  test('so are those of 2,000 new random pairs of up to 400 characters', async () => {
    const seed = String(Date.now());
    const { stdout } = await execa('python3', [join(root, 'bench/reward/difflib_pairs.py'), seed, '2000', '400']);
    const rows = stdout
      .split('\n')
      .map((line) => pairSchema.partial({ ratio_no_autojunk: true }).parse(JSON.parse(line)));
    expect(rows).toHaveLength(2000);
    const wrong = rows.filter(
      ({ a, b, ratio, ratio_no_autojunk: off = sequenceRatio(a, b, { autojunk: false }) }) =>
        sequenceRatio(a, b) !== ratio || sequenceRatio(a, b, { autojunk: false }) !== off,
    );
    expect(wrong, `seed ${seed}`).toEqual([]);
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

  test('a lone surrogate is an element of its own', () => {
    expect(sequenceRatio('\ud83d', '\ud83dx')).toBe(2 / 3);
    expect(sequenceRatio('\ude42', '🙂')).toBe(0);
  });

  test('a text made of popular characters only still matches what extends from the start', () => {
    expect(sequenceRatio('a'.repeat(299), 'a'.repeat(300))).toBe((2 * 299) / 599);
  });

  test('a text does not remember the one before', () => {
    const texts = ['sed -n 1p x.py', 'ls', '🙂'.repeat(3000), 'sed -i s/a/b/ x.py', ''];
    const alone = texts.map((text) => sequenceRatio(text, 'sed -i s/a/b/ x.py'));
    expect(texts.toReversed().map((text) => sequenceRatio(text, 'sed -i s/a/b/ x.py'))).toEqual(alone.toReversed());
  });
});

describe('texts that make difflib quadratic for every block', () => {
  const random = (alphabet: string, length: number): string => {
    let state = 1;
    return Array.from({ length }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)];
    }).join('');
  };
  const edited = (text: string) => text.replace(/.{97}/g, (part) => part.slice(1));
  test.each([
    ['one character', 'a'.repeat(19_999), 'a'.repeat(20_000)],
    ['a period', 'ab'.repeat(10_000), 'ba'.repeat(9_990)],
    ['two characters', random('ab', 20_000), edited(random('ab', 20_000))],
    ['two characters, nothing in common', random('ab', 20_000), random('ba', 20_001).slice(1)],
    ['a broken period', `${'ab'.repeat(50)}c`.repeat(198), `${'ab'.repeat(49)}d`.repeat(202)],
  ])('%s: 20,000 of them, autojunk off, take less than five seconds of the processor', (_what, a, b) => {
    const before = process.cpuUsage();
    const ratio = sequenceRatio(a, b, { autojunk: false });
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(5_000_000);
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(1);
  });
});
