// Which tests a bug breaks: FAIL_TO_PASS and PASS_TO_PASS out of runs without and with it, when repeated runs agree.
import { maxOf } from '../../core/run/large-arrays.ts';
import type { TestStatus, TestStatusMap } from '../../core/schema/verdict.ts';
import type { Patches, SuiteRun, SuiteRunner } from './suite-run.ts';

export interface TestLists {
  failToPass: string[];
  passToPass: string[];
}

/** Runs of one state that must agree before a test counts. */
export const RUNS = 3;

export interface Baseline {
  /** Tests that pass in every run. */
  passing: string[];
  /** Tests that fail in some run. */
  failing: string[];
  /** The longest run. */
  slowestMs: number;
}

/** The tests of the clean repository, before any bug is in. */
export async function runBaseline(
  suiteRunner: SuiteRunner,
  patches: Patches = {},
): Promise<Baseline | { why: string }> {
  const runs: SuiteRun[] = [];
  for (let n = 0; n < RUNS; n++) runs.push(await suiteRunner.runSuite(patches));
  const invalid = runs.find((run) => !run.valid);
  if (invalid) return { why: `the clean suite gives no result: ${invalid.reason}` };
  const [first] = runs as [SuiteRun];
  const passing = Object.keys(first.statuses).filter((test) => runs.every((run) => run.statuses[test] === 'PASSED'));
  const failing = new Set(
    runs.flatMap(({ statuses }) => Object.keys(statuses).filter((test) => fails(statuses[test]))),
  );
  return { passing, failing: [...failing].sort(), slowestMs: maxOf(runs.map((run) => run.durationMs)) };
}

const fails = (status: TestStatus | undefined): boolean => status === 'FAILED' || status === 'ERROR';

/** A test that is not in the log any more fails, as the scorer will see it. */
export function diffStatuses(passing: readonly string[], buggy: TestStatusMap): TestLists {
  const passes = (test: string): boolean => buggy[test] === 'PASSED';
  return {
    failToPass: passing.filter((test) => !passes(test) && buggy[test] !== 'SKIPPED').sort(),
    passToPass: passing.filter(passes).sort(),
  };
}

/** The lists, the first run for its log, or why the bug makes no instance. */
export async function runBug(
  suiteRunner: SuiteRunner,
  patches: Patches,
  passing: readonly string[],
): Promise<(TestLists & { run: SuiteRun }) | { why: string }> {
  let found: (TestLists & { run: SuiteRun }) | undefined;
  for (let n = 0; n < RUNS; n++) {
    const run = await suiteRunner.runSuite(patches);
    if (!run.valid) return { why: run.reason };
    const asked = patches.source === undefined ? passing : passing.filter((test) => test in run.statuses);
    const lists = diffStatuses(asked, run.statuses);
    if (lists.failToPass.length === 0) return { why: 'no test fails' };
    if (lists.passToPass.length === 0) return { why: 'no test passes' };
    if (
      found &&
      JSON.stringify(lists) !== JSON.stringify({ failToPass: found.failToPass, passToPass: found.passToPass })
    )
      return { why: 'runs disagree' };
    found ??= { ...lists, run };
  }
  return found!;
}
