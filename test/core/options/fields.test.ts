import { expect, test } from 'vitest';
import { oneOf, onOff, real, share, whole } from '../../../src/core/options/fields.ts';

const NO_NUMBERS = [
  'abc',
  '1,5',
  '1e999',
  '-1e999',
  '',
  ' ',
  ' 3',
  '0x10',
  'NaN',
  'Infinity',
  '$1',
  null,
  true,
  NaN,
  Infinity,
  [],
];

test.each([
  ['a whole number', whole(), ['-1', '2.5', '1e300'], 'expected a whole number of at least 0'],
  ['a count', whole({ min: 1 }), ['0', '-1', '1.5'], 'expected a whole number of at least 1'],
  ['an amount', real(), ['-0.001'], 'expected a number of at least 0'],
  ['a number above a bound', real({ above: 0 }), ['0', '-1'], 'expected a number above 0'],
  ['a share', share(), ['1.01', '-1'], 'expected a number from 0 to 1'],
  ['one of a few numbers', oneOf(0, 1), ['2', '0.5'], 'expected 0 or 1'],
  ['a number with its own message', whole({ min: 2, error: 'two at least' }), ['1'], 'two at least'],
])('%s refuses what is none, and says what it expects', (_, field, wrong, message) => {
  for (const given of [...NO_NUMBERS, ...wrong])
    expect(field.safeParse(given).error?.issues[0]?.message, JSON.stringify(given)).toBe(message);
});

test.each([
  [whole(), '12', 12],
  [whole(), 12, 12],
  [real(), '1e-3', 0.001],
  [real(), '.5', 0.5],
  [real({ min: -1 }), '-1', -1],
  [share(), '+1', 1],
  [oneOf(0, 1), '1', 1],
  [onOff, 'false', false],
  [onOff, true, true],
  [onOff, undefined, false],
])('numbers and switches are read from text as from values', (field, given, value) => {
  expect(field.parse(given)).toBe(value);
});
