// Runs an eval script in a sandbox and reads what became of each test. The code under test is hostile, so:
// - No marker stands in the log that could be forged: where it ends, and with which exit code, is known to the sandbox alone. What a
//   process writes that outlives the script is not part of it.
// - Where the runner can write a machine-readable report, that decides, at a random path ($STEPWRIGHT_REPORT). Printed lines such as
//   `PASSED test_x` count for nothing, and a runner that was left early (`os._exit(0)`) has no report: the run is invalid.
// - Where there is only a log, a forged good line does not hide a bad one, a runner that was left before its end proves nothing.
// - A non-zero exit code with no failed test contradicts itself: the run is invalid.
// What this does not stop: code that looks up the runner in its own process (or in /proc) and patches it or rewrites its report, and,
// where there is only a log, code that prints a whole forged one and leaves. No judge that runs tests inside the process that they
// test can stop the first; environments should prefer runners with a report.
import { randomBytes } from 'node:crypto';
import type { Instance } from '../../core/schema/instance.ts';
import type { TestStatusMap, Verdict } from '../../core/schema/verdict.ts';
import type { ExecResult, Sandbox } from '../sandbox/sandbox.ts';
import type { Grading } from './grading.ts';
import { type ReadResults, readResults } from './parsers/read-results.ts';
import { findParser } from './parsers/registry.ts';

export interface TestRun {
  statuses: TestStatusMap;
  exitCode: number;
  /** What the script wrote until it ended. */
  log: string;
  outcome: Extract<Verdict['outcome'], 'completed' | 'timed_out' | 'out_of_memory' | 'disk_full' | 'invalid_log'>;
  /** Why the log proves nothing; empty when it was completed. */
  reason: string;
}

export interface RunTestsOptions {
  timeoutMs: number;
  /** Default `swebench`. */
  grading?: Grading;
  signal?: AbortSignal | undefined;
}

type Script = Pick<Instance, 'eval_script' | 'log_parser'> &
  Partial<Pick<Instance, 'eval_type' | 'FAIL_TO_PASS' | 'PASS_TO_PASS' | 'FAIL_TO_FAIL'>>;

const MAX_LOG_BYTES = 32 * 1024 * 1024;
const MAX_REPORT_BYTES = 8 * 1024 * 1024;

export async function runTests(box: Sandbox, script: Script, options: RunTestsOptions): Promise<TestRun> {
  const parser = findParser(script.log_parser);
  const folder = `/tmp/stepwright-${randomBytes(16).toString('hex')}`;
  const report = `${folder}/report`;
  await box.writeFile(`${folder}/eval.sh`, script.eval_script);
  const result = await box.exec(`exec bash -o pipefail ${folder}/eval.sh`, {
    env: { STEPWRIGHT_REPORT: report, ...parser.reportEnv?.(report) },
    timeoutMs: options.timeoutMs,
    maxOutputBytes: MAX_LOG_BYTES,
    ...(options.signal && { signal: options.signal }),
  });
  const { output: log, exitCode } = result;
  const proving = (outcome: TestRun['outcome'], reason: string, statuses: TestStatusMap = {}): TestRun => ({
    statuses,
    exitCode,
    log,
    outcome,
    reason,
  });
  const limit = limitOf(result, options.timeoutMs);
  if (limit !== undefined) return proving(...limit);
  if (result.shellLost) return proving('invalid_log', 'the test script never reached its end');
  const wantsReport = parser.reportEnv !== undefined || script.eval_script.includes('STEPWRIGHT_REPORT');
  const reportText = wantsReport ? await readText(box, report) : '';
  if (wantsReport && reportText === '') return proving('invalid_log', 'the test runner left no report');
  if (Buffer.byteLength(reportText) > MAX_REPORT_BYTES)
    return proving('invalid_log', 'the test report has more than 8 MiB');
  if (result.truncated && !wantsReport) return proving('invalid_log', 'the test log is too long to be kept whole');
  const isFailOnly = script.eval_type === 'fail_only';
  const results = await readResults({ parser: script.log_parser, log, report: reportText, isFailOnly });
  const explaining = options.grading === 'strict' ? listedIn(script) : undefined;
  const reason = contradiction(results, exitCode, explaining);
  return proving(reason === undefined ? 'completed' : 'invalid_log', reason ?? '', results.statuses);
}

/** A run that was ended says nothing of its tests. What ran out of memory need not have been the runner: it may have gone on without. */
function limitOf(
  { timedOut, outOfMemory, diskFull }: ExecResult,
  timeoutMs: number,
): [TestRun['outcome'], string] | undefined {
  if (diskFull) return ['disk_full', 'the tests wrote more than a sandbox may hold'];
  if (timedOut) return ['timed_out', `tests ran longer than ${timeoutMs / 1000} s`];
  return outOfMemory ? ['out_of_memory', 'the tests needed more memory than a sandbox has'] : undefined;
}

const readText = (box: Sandbox, path: string): Promise<string> =>
  box.readFile(path).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );

const listedIn = ({ FAIL_TO_PASS = [], PASS_TO_PASS = [], FAIL_TO_FAIL = [] }: Script): ReadonlySet<string> =>
  new Set([...FAIL_TO_PASS, ...PASS_TO_PASS, ...FAIL_TO_FAIL]);

/** SWE-bench's validity gate: why a finished run proves nothing, or undefined. `explaining`: tests whose failure explains an exit code. */
function contradiction(
  { statuses, flaw, suiteRan }: ReadResults,
  exitCode: number,
  explaining: ReadonlySet<string> | undefined,
): string | undefined {
  const all = Object.entries(statuses);
  const isEmpty = all.length === 0 && !suiteRan;
  if (isEmpty) return `${flaw === undefined ? '' : `${flaw}: `}no test result found (exit code ${exitCode})`;
  if (flaw !== undefined || exitCode === 0) return flaw;
  const failed = all.filter(([, status]) => status === 'FAILED' || status === 'ERROR').map(([test]) => test);
  if (failed.some((test) => explaining?.has(test) ?? true)) return undefined;
  return failed.length === 0
    ? `exit code ${exitCode}, yet no test failed`
    : `exit code ${exitCode}, yet none of the instance's tests failed, but ${failed[0]!.slice(0, 200)}`;
}
