// JSON as other programs write it: Python's words for numbers that are none, and nothing else beyond JSON.
import { describe, expect, test } from 'vitest';
import { parseJson, parseJsonText } from '../../../src/core/io/parse-json.ts';

describe("Python's NaN and infinities are null:", () => {
  test.each<[string, string, unknown]>([
    ['alone', 'NaN', null],
    ['as a value, with its sign', '{"a":NaN,"b":Infinity,"c":-Infinity}', { a: null, b: null, c: null }],
    ['nested, with blanks around', '[[1, NaN ], {"a": [ -Infinity , 2]}]', [[1, null], { a: [null, 2] }]],
    [
      'not in strings, which are left as they are',
      '{"NaN":"NaN, -Infinity","x":NaN}',
      { NaN: 'NaN, -Infinity', x: null },
    ],
    ['after a quote that is escaped', '["\\" NaN \\\\", NaN, "Infinity"]', ['" NaN \\', null, 'Infinity']],
    ['beside text that is not ASCII', '{"é":"✓ NaN","n":NaN,"ü":"–Infinity"}', { é: '✓ NaN', n: null, ü: '–Infinity' }],
  ])('%s', (_, text, value) => {
    expect(parseJsonText(text)).toEqual({ value });
    expect(parseJson(Buffer.from(`\ufeff${text}`))).toEqual({ value });
  });

  test.each([
    ['a comma too many', '[NaN,]'],
    ['a word that only begins so', '[NaNs]'],
    ['two in a row', '[NaN NaN]'],
    ['a plus', '[+Infinity]'],
    ['two signs', '[--Infinity]'],
    ['a number before it', '[1-Infinity]'],
    ['a sign of NaN', '[-NaN]'],
    ['another case', '[nan, INFINITY]'],
    ['as a key', '{NaN:1}'],
    ['a string without an end', '[NaN,"NaN'],
    ['single quotes around it', "['NaN']"],
    ['None of Python', '[NaN, None]'],
  ])('what is broken otherwise is refused, with what JSON.parse says: %s', (_, text) => {
    expect(parseJsonText(text)).toEqual({ why: expect.stringMatching(/^not JSON \(.+\)$/) });
  });
});

test('JSON that has the words in its strings is read as it is, and read once', () => {
  expect(parseJsonText('["NaN","-Infinity"]')).toEqual({ value: ['NaN', '-Infinity'] });
});

// Seconds on a busy machine; reading again from every piece on would take hours.
describe('8 MiB that are made to be read again and again take the time of reading them once:', () => {
  const size = 8 * 2 ** 20;
  const filled = (piece: string): string => piece.repeat(size / piece.length);
  test.each([
    ['words', `[${filled('NaN,')}`],
    ['beginnings of words', `[${filled('InfinitN')}`],
    ['escaped quotes', `[NaN,"${filled('\\"')}`],
    ['backslashes', `[NaN,"${filled('\\')}`],
    ['strings', `[NaN,${filled('"a",')}`],
    ['signs', `[NaN,${filled('-')}`],
  ])(
    '%s',
    (_, text) => {
      const started = performance.now();
      expect('why' in parseJsonText(text)).toBe(true);
      expect(performance.now() - started).toBeLessThan(20_000);
    },
    60_000,
  );
});
