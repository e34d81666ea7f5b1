import { describe, expect, test } from 'vitest';
import type { TestStatus } from '../../../src/core/schema/verdict.ts';
import { gradeTests, gradingOf } from '../../../src/world/judge/grading.ts';

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
    const { resolved, testsStatus } = gradeTests(instance, statuses(status), 'swebench');
    expect(resolved).toBe(failToPass);
    expect(testsStatus.FAIL_TO_PASS[failToPass ? 'success' : 'failure']).toEqual(['t']);
  });

  test(`in PASS_TO_PASS ${passToPass ? 'counts' : 'does not count'} as success`, () => {
    const instance = { FAIL_TO_PASS: [], PASS_TO_PASS: ['t'], eval_type: 'pass_and_fail' as const };
    expect(gradeTests(instance, statuses(status), 'swebench').resolved).toBe(passToPass);
  });

  test(`where only failures are seen ${failOnly ? 'counts' : 'does not count'} as success`, () => {
    for (const list of ['FAIL_TO_PASS', 'PASS_TO_PASS']) {
      const instance = { FAIL_TO_PASS: [], PASS_TO_PASS: [], eval_type: 'fail_only' as const, [list]: ['t'] };
      expect(gradeTests(instance, statuses(status), 'swebench').resolved).toBe(failOnly);
    }
  });
});

describe('ids cut at a space', () => {
  const instance = { FAIL_TO_PASS: ['t[a'], PASS_TO_PASS: [], eval_type: 'pass_and_fail' as const };

  test('stand for their completions when these agree', () => {
    expect(gradeTests(instance, { 't[a b]': 'PASSED', 't[a c]': 'XFAIL' }, 'swebench').resolved).toBe(true);
    expect(gradeTests(instance, { 't[a b]': 'FAILED', 't[a c]': 'ERROR' }, 'swebench').resolved).toBe(false);
  });

  test('stand for nothing when they do not agree', () => {
    expect(gradeTests(instance, { 't[a b]': 'PASSED', 't[a c]': 'FAILED' }, 'swebench').resolved).toBe(false);
  });

  test('a whole id never matches by its beginning', () => {
    const whole = { ...instance, FAIL_TO_PASS: ['t[a]'] };
    expect(gradeTests(whole, { 't[a]b': 'PASSED' }, 'swebench').resolved).toBe(false);
  });
});

test('every test of both lists must succeed', () => {
  const instance = { FAIL_TO_PASS: ['a', 'b'], PASS_TO_PASS: ['c'], eval_type: 'pass_and_fail' as const };
  expect(gradeTests(instance, { a: 'PASSED', b: 'PASSED', c: 'PASSED', other: 'FAILED' }, 'swebench').resolved).toBe(
    true,
  );
  expect(gradeTests(instance, { a: 'PASSED', b: 'FAILED', c: 'PASSED' }, 'swebench')).toEqual({
    resolved: false,
    testsStatus: {
      FAIL_TO_PASS: { success: ['a'], failure: ['b'] },
      PASS_TO_PASS: { success: ['c'], failure: [] },
    },
  });
});

describe('graded strictly', () => {
  const instance = { FAIL_TO_PASS: ['a'], PASS_TO_PASS: ['b'], eval_type: 'pass_and_fail' as const };

  test.each<[TestStatus, TestStatus, boolean]>([
    ['PASSED', 'PASSED', true],
    ['XFAIL', 'PASSED', false],
    ['PASSED', 'XFAIL', false],
    ['PASSED', 'SKIPPED', true],
  ])('%s and %s: resolved is %s', (a, b, resolved) => {
    expect(gradeTests(instance, { a, b }, 'strict').resolved).toBe(resolved);
  });

  test('are the instances of shipped environments, whose lists are complete', () => {
    expect(gradingOf({ image: 'stepwright/toolz:1.0.0' })).toBe('strict');
    expect(gradingOf({ image: 'swebench/sweb.eval.x86_64.astropy:latest' })).toBe('swebench');
  });
});
