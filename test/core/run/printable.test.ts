import { expect, test } from 'vitest';
import { printable } from '../../../src/core/run/printable.ts';

test.each([
  { what: 'a clipboard write (OSC 52)', text: 'a\x1b]52;c;cm0=\x07b' },
  { what: 'a title', text: '\x1b]0;owned\x07' },
  { what: 'a cleared screen', text: '\x1b[2J' },
  { what: 'C1 controls', text: '\x9b2J\x9d0;x\x9c' },
  { what: 'a rewritten line', text: 'ok\rfailed' },
  { what: 'text in the other direction', text: 'a\u202eb\u2066c' },
])('$what is shown, not obeyed', ({ text }) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must be gone
  expect(printable(text)).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  expect(printable(text)).toContain('�');
});

test('other text stays as it is; line ends stay where they are asked for', () => {
  expect(printable('naïve ✓ 漢字\t👩‍👩‍👧')).toBe('naïve ✓ 漢字\t👩‍👩‍👧');
  expect(printable('a\nb\x1b')).toBe('a�b�');
  expect(printable('a\nb\x1b', { lines: true })).toBe('a\nb�');
});
