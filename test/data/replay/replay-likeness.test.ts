// When an answer is the recorded one, and how far it is from it otherwise.
import { expect, test } from 'vitest';
import { compareAnswers, isSamePatch } from '../../../src/data/replay/replay-likeness.ts';

test.each([
  ['the same text', { observation: 'a' }, { observation: 'a' }, 'exact', 1],
  ['a text that is the same after normalising', { observation: 'in 0.1s' }, { observation: 'in 0.2s' }, 'equal', 1],
  [
    'the same output in an unknown frame, now in none',
    { observation: '> a', raw_output: 'a' },
    { observation: 'a' },
    'exact',
    1,
  ],
  [
    'the same output in an unknown frame',
    { observation: '> a', raw_output: 'a' },
    { observation: 'OBSERVATION:\na', raw_output: 'a' },
    'exact',
    1,
  ],
  ['a text that shares half of its lines', { observation: 'a\nb' }, { observation: 'a\nc' }, 'different', 0.5],
  ['the same lines in another order', { observation: 'a\nb' }, { observation: 'b\na' }, 'different', 0.99],
  ['another exit code', { observation: 'a', exit_code: 0 }, { observation: 'a', exit_code: 1 }, 'different', 0.99],
  [
    'an exit code that was not recorded',
    { observation: 'a', exit_code: null },
    { observation: 'a', exit_code: 1 },
    'exact',
    1,
  ],
  ['nothing that was recorded', { exit_code: 0 }, { observation: 'a', exit_code: 0 }, 'unrecorded', 1],
])('%s', (_, recorded, now, likeness, fidelity) => {
  expect(compareAnswers(recorded, now)).toEqual({ likeness, fidelity });
});

test('patches are the same whatever their hashes, line ends and surroundings', () => {
  const patch = 'diff --git a/a b/a\nindex 1234567..89abcde 100644\n-a\n+b\n';
  expect(isSamePatch(patch, `\r\n${patch.replace('1234567', 'fffffff').replaceAll('\n', '\r\n')}`)).toBe(true);
  expect(isSamePatch(patch, patch.replace('+b', '+c'))).toBe(false);
});
