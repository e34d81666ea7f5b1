import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/core/schema/verdict.ts';
import { type JudgePatch, NO_CHANGE, reportOf, validateInstance } from '../../../src/data/synth/validate.ts';
import { anInstance } from '../../support/instance.ts';

const instance = anInstance({ patch: 'diff --git a/a b/a\n', FAIL_TO_PASS: ['x'], PASS_TO_PASS: ['y'] });

const verdict = (passing: string[], more: Partial<Verdict> = {}): Verdict => {
  const bucket = (tests: string[]) => ({
    success: tests.filter((test) => passing.includes(test)),
    failure: tests.filter((test) => !passing.includes(test)),
  });
  return {
    instance_id: 'toy__1',
    outcome: 'completed',
    resolved: passing.includes('x') && passing.includes('y'),
    reason: '',
    tests_status: { FAIL_TO_PASS: bucket(['x']), PASS_TO_PASS: bucket(['y']) },
    duration_ms: 1,
    cache_key: '',
    ...more,
  };
};

/** Judges the gold patch and a patch that changes nothing as told. */
const judging =
  (gold: Verdict, unchanged: Verdict): JudgePatch =>
  async (_, patch) =>
    patch === NO_CHANGE ? unchanged : gold;

describe('validating an instance', () => {
  test('gold resolves and nothing does not: valid', async () => {
    expect(await validateInstance(instance, judging(verdict(['x', 'y']), verdict(['y'])))).toEqual({
      instance_id: 'toy__1',
      valid: true,
      reason: '',
    });
  });

  const unjudged = { outcome: 'invalid_log', resolved: false, reason: 'no test result found' } as const;
  test.each([
    [
      'gold fails a test',
      verdict(['x']),
      verdict(['y']),
      'the gold patch does not resolve it: 1 test failing, first "y"',
    ],
    [
      'gold cannot be judged',
      verdict([], unjudged),
      verdict(['y']),
      'the gold patch does not resolve it: no test result found',
    ],
    ['no change resolves', verdict(['x', 'y']), verdict(['x', 'y']), 'it is resolved without any change'],
    ['F2P passes already', verdict(['x', 'y']), verdict(['x']), '"x" of FAIL_TO_PASS passes without any change'],
    ['P2P fails already', verdict(['x', 'y']), verdict([]), '"y" of PASS_TO_PASS fails without any change'],
    [
      'no change cannot be judged',
      verdict(['x', 'y']),
      verdict([], unjudged),
      'without a change the tests cannot be judged: no test result found',
    ],
  ])('%s', async (_, gold, unchanged, reason) => {
    expect(await validateInstance(instance, judging(gold, unchanged))).toEqual({
      instance_id: 'toy__1',
      valid: false,
      reason,
    });
  });

  test.each([
    [{ patch: 'no diff' }, 'the gold patch is no git patch'],
    [{ FAIL_TO_PASS: [] }, 'FAIL_TO_PASS is empty'],
    [{ PASS_TO_PASS: ['x'] }, '"x" is in FAIL_TO_PASS and in PASS_TO_PASS'],
  ])('%j needs no sandbox to be refused', async (wrong, reason) => {
    const judge: JudgePatch = () => Promise.reject(new Error('judged all the same'));
    expect(await validateInstance({ ...instance, ...wrong }, judge)).toMatchObject({ valid: false, reason });
  });

  const gone = { outcome: 'infra_failure', resolved: false, reason: 'engine gone' } as const;
  test.each([
    ['gold', verdict([], gone), verdict(['y'])],
    ['no change', verdict(['x', 'y']), verdict([], gone)],
  ])('what no sandbox could tell of %s is pending', async (_, gold, unchanged) => {
    expect(await validateInstance(instance, judging(gold, unchanged))).toEqual({
      instance_id: 'toy__1',
      valid: false,
      reason: 'engine gone',
      pending: true,
    });
  });

  test('the report counts, and says why of those that are not', () => {
    const rows = [
      { instance_id: 'a', valid: true, reason: '' },
      { instance_id: 'b', valid: false, reason: 'bad' },
      { instance_id: 'c', valid: false, reason: 'gone', pending: true },
    ];
    expect(reportOf(rows)).toEqual({
      total: 3,
      valid: 1,
      invalid: [{ instance_id: 'b', reason: 'bad' }],
      pending: [{ instance_id: 'c', reason: 'gone' }],
    });
  });
});
