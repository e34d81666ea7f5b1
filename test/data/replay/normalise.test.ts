// What replay disregards: each rule by its example, and what must stay different.
import { expect, test } from 'vitest';
import { normalise, normalRules } from '../../../src/data/replay/normalise.ts';

test.each(normalRules.map((rule) => [rule.what, rule] as const))('%s', (_, { pattern, replacement, example }) => {
  const [before, after] = example;
  expect(before.replace(pattern, replacement)).toBe(after);
});

test.each([
  ['pytest', '===== 3 failed, 2 passed in 0.12s =====', '==== 3 failed, 2 passed in 11.05s ===='],
  ['node --test', '# duration_ms 41.251', '# duration_ms 38.9'],
  ['mocha', '  ✓ adds (12ms)', '  ✓ adds (9ms)'],
  ['repr', '<A object at 0x7f01b2c3d4e0>', '<A object at 0x7fe1aa003310>'],
  ['git diff', 'index 3f2a9c1..b81e02d 100644', 'index 91e0d2c..0c55aa1 100644'],
  ['ls -l', '-rw-r--r-- 1 root root 12 Mar  1 10:02 a.py', '-rw-r--r-- 1 root root 12 Nov 22  2026 a.py'],
  ['mkdtemp', 'wrote /tmp/tmpab12cd34/out.txt', 'wrote /tmp/tmpzz98yy76/out.txt'],
  ['line endings', 'a\r\nb', 'a\nb'],
  ['a terminal', '\r\ndiff\r\n', 'diff'],
  ['git diff with hashes of digits', 'index 1234567..7654321', 'index 1111111..2222222'],
])('two runs of %s are equal', (_, one, other) => {
  expect(one).not.toBe(other);
  expect(normalise(one)).toBe(normalise(other));
});

test.each([
  ['counts', '3 failed, 2 passed', '2 failed, 3 passed'],
  ['values', 'assert 12 == 13', 'assert 12 == 14'],
  ['sizes', '-rw-r--r-- 1 root root 12 Mar  1 10:02 a.py', '-rw-r--r-- 1 root root 13 Mar  1 10:02 a.py'],
  ['names', 'FAILED test_a', 'FAILED test_b'],
  ['words that look like hashes', 'defaced', 'facaded'],
  ['numbers that look like hashes', '1234567', '7654321'],
  ['paths in the repository', '/testbed/tmp/a', '/testbed/tmp/b'],
  ['white space', '    return x', '  return x'],
  ['blank lines within', 'a\n\nb', 'a\nb'],
])('%s stay different', (_, one, other) => {
  expect(normalise(one)).not.toBe(normalise(other));
});
