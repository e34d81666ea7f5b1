import { describe, expect, test } from 'vitest';
import type { TestStatus } from '../../../src/core/schema/verdict.ts';
import { gradeTests } from '../../../src/world/judge/grading.ts';

/** [status, pass_and_fail F2P, pass_and_fail P2P, fail_only]: SWE-bench's table. */
const table: [TestStatus | 'missing', boolean, boolean, boolean][] = [
  ['PASSED', true, true, true],
  ['XFAIL', true, true, true],
  ['SKIPPED', false, true, true],
  ['FAILED', false, false, false],
  ['ERROR', false, false, true],
  ['missing', false, false, true],
];
const statuses = (status: TestStatus | 'missing') => (status === 'missing' ? {} : { t: status });

describe.each(table)('%s', (status, failToPass, passToPass, failOnly) => {
  test(`in FAIL_TO_PASS ${failToPass ? 'counts' : 'does not count'} as success`, () => {
    const instance = { FAIL_TO_PASS: ['t'], PASS_TO_PASS: [], eval_type: 'pass_and_fail' as const };
    const { resolved, testsStatus } = gradeTests(instance, statuses(status));
    expect(resolved).toBe(failToPass);
    expect(testsStatus.FAIL_TO_PASS[failToPass ? 'success' : 'failure']).toEqual(['t']);
  });

  test(`in PASS_TO_PASS ${passToPass ? 'counts' : 'does not count'} as success`, () => {
    const instance = { FAIL_TO_PASS: [], PASS_TO_PASS: ['t'], eval_type: 'pass_and_fail' as const };
    expect(gradeTests(instance, statuses(status)).resolved).toBe(passToPass);
  });

  test(`where only failures are seen ${failOnly ? 'counts' : 'does not count'} as success`, () => {
    for (const list of ['FAIL_TO_PASS', 'PASS_TO_PASS']) {
      const instance = { FAIL_TO_PASS: [], PASS_TO_PASS: [], eval_type: 'fail_only' as const, [list]: ['t'] };
      expect(gradeTests(instance, statuses(status)).resolved).toBe(failOnly);
    }
  });
});

describe('ids cut at a space', () => {
  const instance = { FAIL_TO_PASS: ['t[a'], PASS_TO_PASS: [], eval_type: 'pass_and_fail' as const };

  test('stand for their completions when these agree', () => {
    expect(gradeTests(instance, { 't[a b]': 'PASSED', 't[a c]': 'XFAIL' }).resolved).toBe(true);
    expect(gradeTests(instance, { 't[a b]': 'FAILED', 't[a c]': 'ERROR' }).resolved).toBe(false);
  });

  test('stand for nothing when they do not agree', () => {
    expect(gradeTests(instance, { 't[a b]': 'PASSED', 't[a c]': 'FAILED' }).resolved).toBe(false);
  });

  test('a whole id never matches by its beginning', () => {
    const whole = { ...instance, FAIL_TO_PASS: ['t[a]'] };
    expect(gradeTests(whole, { 't[a]b': 'PASSED' }).resolved).toBe(false);
  });
});

test('every test of both lists must succeed', () => {
  const instance = { FAIL_TO_PASS: ['a', 'b'], PASS_TO_PASS: ['c'], eval_type: 'pass_and_fail' as const };
  expect(gradeTests(instance, { a: 'PASSED', b: 'PASSED', c: 'PASSED', other: 'FAILED' }).resolved).toBe(true);
  expect(gradeTests(instance, { a: 'PASSED', b: 'FAILED', c: 'PASSED' })).toEqual({
    resolved: false,
    testsStatus: {
      FAIL_TO_PASS: { success: ['a'], failure: ['b'] },
      PASS_TO_PASS: { success: ['c'], failure: [] },
    },
  });
});
