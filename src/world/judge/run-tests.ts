// Runs an eval script in a sandbox and reads what became of each test. The code under test is hostile, so:
// - The log is what stands between two random markers. They reach the driver on its stdin, live in an unexported shell variable and
//   the end marker is printed only when the script has ended: nothing that runs can print it, text outside the markers is ignored.
// - Where the runner can write a machine-readable report, that decides, at a random path ($STEPWRIGHT_REPORT). Printed lines such as
//   `PASSED test_x` count for nothing, and a runner that was left early (`os._exit(0)`) has no report: the run is invalid.
// - Where there is only a log, a forged good line does not hide a bad one, a runner that was left before its end proves nothing.
// - A non-zero exit code with no failed test contradicts itself: the run is invalid.
// What this does not stop: code that looks up the runner in its own process (or in /proc) and patches it or rewrites its report, and,
// where there is only a log, code that prints a whole forged one and leaves. No judge that runs tests inside the process that they
// test can stop the first; environments should prefer runners with a report.
import { randomBytes } from 'node:crypto';
import type { Instance } from '../../core/schema/instance.ts';
import type { TestStatusMap } from '../../core/schema/verdict.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type ReadResults, readResults } from './parsers/read-results.ts';
import { findParser } from './parsers/registry.ts';

export interface TestRun {
  statuses: TestStatusMap;
  exitCode: number;
  /** What the script wrote, markers cut away. */
  log: string;
  timedOut: boolean;
  /** False when the log proves nothing; `reason` says why. */
  valid: boolean;
  reason: string;
}

export interface RunTestsOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

type Script = Pick<Instance, 'eval_script' | 'log_parser'> & Partial<Pick<Instance, 'eval_type'>>;

const MAX_LOG_BYTES = 32 * 1024 * 1024;
const MAX_REPORT_BYTES = 8 * 1024 * 1024;

/** The markers come on stdin, so that they are on no command line and in no environment. */
const DRIVER = (script: string): string =>
  `read -r start end; echo "$start"; bash ${script} </dev/null 2>&1; code=$?; printf '\\n%s %s\\n' "$end" "$code"`;

export async function runTests(box: Sandbox, script: Script, options: RunTestsOptions): Promise<TestRun> {
  const parser = findParser(script.log_parser);
  const [start, end, folder] = [nonce(), nonce(), `/tmp/${nonce()}`];
  const report = `${folder}/report`;
  await box.writeFile(`${folder}/eval.sh`, script.eval_script);
  const { output, timedOut, truncated } = await box.exec(DRIVER(`${folder}/eval.sh`), {
    stdin: `${start} ${end}\n`,
    env: { STEPWRIGHT_REPORT: report, ...parser.reportEnv?.(report) },
    timeoutMs: options.timeoutMs,
    maxOutputBytes: MAX_LOG_BYTES,
    ...(options.signal && { signal: options.signal }),
  });
  const { log, exitCode } = betweenMarkers(output, start, end);
  const invalid = (reason: string): TestRun => ({ statuses: {}, exitCode, log, timedOut, valid: false, reason });
  if (timedOut) return invalid(`tests ran longer than ${options.timeoutMs / 1000} s`);
  if (exitCode === -1) return invalid('the test script never reached its end');
  const wantsReport = parser.reportEnv !== undefined || script.eval_script.includes('STEPWRIGHT_REPORT');
  const reportText = wantsReport ? await readText(box, report) : '';
  if (wantsReport && reportText === '') return invalid('the test runner left no report');
  if (Buffer.byteLength(reportText) > MAX_REPORT_BYTES) return invalid('the test report has more than 8 MiB');
  if (truncated && !wantsReport) return invalid('the test log is too long to be kept whole');
  const isFailOnly = script.eval_type === 'fail_only';
  const results = await readResults({ parser: script.log_parser, log, report: reportText, isFailOnly });
  const { statuses } = results;
  const reason = contradiction(results, exitCode);
  return reason === undefined
    ? { statuses, exitCode, log, timedOut, valid: true, reason: '' }
    : { ...invalid(reason), statuses };
}

const nonce = (): string => `stepwright-${randomBytes(16).toString('hex')}`;

function betweenMarkers(output: string, start: string, end: string): { log: string; exitCode: number } {
  const from = output.indexOf(`${start}\n`);
  const to = output.indexOf(`\n${end} `, Math.max(0, from));
  if (from === -1 || to === -1) return { log: output.replace(start, ''), exitCode: -1 };
  const exitCode = Number.parseInt(output.slice(to + end.length + 2), 10);
  return { log: output.slice(from + start.length + 1, to), exitCode };
}

const readText = (box: Sandbox, path: string): Promise<string> =>
  box.readFile(path).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );

/** SWE-bench's validity gate: why a finished run proves nothing, or undefined. */
function contradiction({ statuses, flaw, suiteRan }: ReadResults, exitCode: number): string | undefined {
  const all = Object.values(statuses);
  const isEmpty = all.length === 0 && !suiteRan;
  if (isEmpty) return `${flaw === undefined ? '' : `${flaw}: `}no test result found (exit code ${exitCode})`;
  if (flaw !== undefined || exitCode === 0) return flaw;
  if (all.some((status) => status === 'FAILED' || status === 'ERROR')) return undefined;
  return `exit code ${exitCode}, yet no test failed`;
}
