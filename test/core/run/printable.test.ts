import { expect, test } from 'vitest';
import { printable, printableJson } from '../../../src/core/run/printable.ts';

test.each([
  { what: 'a clipboard write (OSC 52)', text: 'a\x1b]52;c;cm0=\x07b' },
  { what: 'a title', text: '\x1b]0;owned\x07' },
  { what: 'a cleared screen', text: '\x1b[2J' },
  { what: 'C1 controls', text: '\x9b2J\x9d0;x\x9c' },
  { what: 'a rewritten line', text: 'ok\rfailed' },
  { what: 'text in the other direction', text: 'a\u202eb\u2066c' },
])('$what is shown, not obeyed', ({ text }) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must be gone
  expect(printable(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  expect(printable(text)).toMatch(/\\u00|\\u20/);
});

test('other text stays as it is; line ends stay where they are asked for', () => {
  expect(printable('naïve ✓ 漢字 👩‍👩‍👧')).toBe('naïve ✓ 漢字 👩‍👩‍👧');
  expect(printable('a\nb\x1b')).toBe('a\\u000ab\\u001b');
  expect(printable('a\n\tb\x1b', { lines: true })).toBe('a\n\tb\\u001b');
});

test('JSON for a terminal has no raw control character and is the same value', () => {
  const value = { id: 'a\x1b]0;x\x07\x9b2J\u202e"' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must be gone
  expect(printableJson(value)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
  expect(JSON.parse(printableJson(value))).toEqual(value);
});
