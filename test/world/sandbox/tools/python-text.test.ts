// Texts as Python sees them; expectations are Python 3.11's.
import { expect, test } from 'vitest';
import { expandTabs, firstCodePoints, pathText, splitLines } from '../../../../src/world/sandbox/tools/python-text.ts';

test.each([
  ['\tx', '        x'],
  ['ab\tc\td', 'ab      c       d'],
  ['12345678\tx', '12345678        x'],
  ['é\t😀\tx', 'é       😀       x'],
  ['ab\n\tc\r\td', 'ab\n        c\r        d'],
  ['no tabs', 'no tabs'],
])('tabs of %j are stops of eight columns', (text, expanded) => {
  expect(expandTabs(text)).toBe(expanded);
});

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\n\nb', ['a', '', 'b']],
  ['a\r\nb\rc\fd\u2028e\x85f', ['a', 'b', 'c', 'd', 'e', 'f']],
])('%j has its lines', (text, lines) => {
  expect(splitLines(text)).toEqual(lines);
});

test('characters are counted whole', () => {
  expect(firstCodePoints('a😀b😀c', 3)).toBe('a😀b');
  expect(firstCodePoints('ab', 3)).toBe('ab');
});

test.each([
  ['/a//b/./c/', '/a/b/c'],
  ['/a/../b', '/a/../b'],
  ['./a', 'a'],
  ['/', '/'],
  ['', '.'],
])('the path %j is %j', (path, text) => {
  expect(pathText(path)).toBe(text);
});
