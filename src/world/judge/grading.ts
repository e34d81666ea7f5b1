// Statuses → verdict, by SWE-bench's tables. SWE-bench also takes an expected failure for a success, and any failed test for the reason of
// a non-zero exit code; code under test can make both up, so instances whose lists are complete are graded more strictly.
import { isOurs } from '../../core/schema/environment.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { TestStatus, TestStatusMap, Verdict } from '../../core/schema/verdict.ts';

export type TestsStatus = NonNullable<Verdict['tests_status']>;

type Lists = Pick<Instance, 'FAIL_TO_PASS' | 'PASS_TO_PASS' | 'eval_type'>;

/** `strict`: an expected failure is no success, and only listed tests explain a non-zero exit code. */
export type Grading = 'strict' | 'swebench';

/** The lists of instances made here name every test of their runs; those of others leave out what fails with the gold patch, too. */
export const gradingOf = ({ image }: Pick<Instance, 'image'>): Grading => (isOurs(image) ? 'strict' : 'swebench');

export function gradeTests(
  instance: Lists,
  statuses: TestStatusMap,
  grading: Grading,
): { testsStatus: TestsStatus; resolved: boolean } {
  const grade = (list: 'FAIL_TO_PASS' | 'PASS_TO_PASS') => {
    const bucket: TestsStatus['FAIL_TO_PASS'] = { success: [], failure: [] };
    for (const test of instance[list]) {
      const good = isSuccess(statusOf(test, statuses), list, instance.eval_type, grading);
      bucket[good ? 'success' : 'failure'].push(test);
    }
    return bucket;
  };
  const testsStatus = { FAIL_TO_PASS: grade('FAIL_TO_PASS'), PASS_TO_PASS: grade('PASS_TO_PASS') };
  const failures = testsStatus.FAIL_TO_PASS.failure.length + testsStatus.PASS_TO_PASS.failure.length;
  return { testsStatus, resolved: failures === 0 };
}

function isSuccess(
  status: TestStatus | undefined,
  list: 'FAIL_TO_PASS' | 'PASS_TO_PASS',
  evalType: Instance['eval_type'],
  grading: Grading,
): boolean {
  // Parsers of fail_only repositories see nothing but failures.
  if (evalType === 'fail_only') return status !== 'FAILED';
  if (status === 'SKIPPED') return list === 'PASS_TO_PASS';
  return status === 'PASSED' || (status === 'XFAIL' && grading === 'swebench');
}

/** SWE-bench's lists hold ids cut at the first space (`test_x[a`): such an id stands for its completions, when they all agree. */
function statusOf(test: string, statuses: TestStatusMap): TestStatus | undefined {
  if (Object.hasOwn(statuses, test)) return statuses[test];
  if (count(test, '[') <= count(test, ']')) return undefined;
  const completions = Object.keys(statuses).filter((id) => id.startsWith(test));
  const passing = completions.filter((id) => statuses[id] === 'PASSED' || statuses[id] === 'XFAIL');
  return passing.length === 0 || passing.length === completions.length ? statuses[completions[0] ?? ''] : undefined;
}

const count = (text: string, character: string): number => text.split(character).length - 1;
