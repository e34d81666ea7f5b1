// pytest. Two parsers read the log alone: SWE-bench's (`-rA` summary lines, second word is the id) and SWE-smith's (`-v` lines).
// `parsePytest` is ours and stricter: the log names the tests, pytest's own JUnit report says how they went, so printing `PASSED …`
// changes nothing.
import type { TestStatus, TestStatusMap } from '../../../core/schema/verdict.ts';
import { parseTestCases } from './junit.ts';
import { emptyStatuses, record, stripAnsi } from './status.ts';

const STATUS_WORD = /^(PASSED|FAILED|SKIPPED|ERROR|XFAIL)\b/;

export function parsePytestLog(log: string): TestStatusMap {
  const statuses: TestStatusMap = emptyStatuses();
  for (const line of log.split('\n')) {
    const status = STATUS_WORD.exec(line)?.[1] as TestStatus | undefined;
    if (status === undefined) continue;
    const words = (status === 'FAILED' ? line.replaceAll(' - ', ' ') : line).trim().split(/\s+/);
    const id = words[1];
    // `SKIPPED [2] tests/a.py:3: reason` counts skips; it names no test.
    if (id !== undefined && !id.startsWith('[')) statuses[id] = status;
  }
  return statuses;
}

export function parsePytestVerboseLog(log: string): TestStatusMap {
  const statuses: TestStatusMap = emptyStatuses();
  for (const [, id, status] of log.matchAll(/^(\S+)\s+(PASSED|FAILED|SKIPPED|ERROR|XFAIL)\b/gm))
    statuses[id!] = status as TestStatus;
  return statuses;
}

export function parsePytest(log: string, report: string): TestStatusMap {
  const reported = emptyStatuses();
  for (const { classname, name, status } of parseTestCases(report) ?? [])
    record(reported, keyOf(classname, name), status);
  const statuses = emptyStatuses();
  for (const id of testIds(log)) {
    const status = reported[reportKey(id)];
    if (status !== undefined) statuses[id] = status;
  }
  return statuses;
}

/** Ids that the `-rA` summary or the `-v` lines name; parametrised ids may hold spaces. */
function* testIds(log: string): Iterable<string> {
  for (const line of stripAnsi(log).split('\n')) {
    const summary = /^(PASSED|FAILED|ERROR|XFAIL|XPASS) (\S+\.py\b.*?)\s*$/.exec(line);
    if (summary) yield* uptoReason(summary[2]!);
    const verbose = /^(\S+\.py::.*?) (?:PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS)\b/.exec(line);
    if (verbose) yield verbose[1]!;
  }
}

/** The reason after ` - ` is not part of an id, but an id may hold ` - ` itself: every cut is tried, the report knows which is a test. */
function* uptoReason(text: string): Iterable<string> {
  yield text;
  for (let cut = text.indexOf(' - '); cut !== -1; cut = text.indexOf(' - ', cut + 1)) yield text.slice(0, cut);
}

const keyOf = (classname: string, name: string): string => `${classname}\0${name}`;

/** How pytest's junitxml splits a node id into class name and name. */
function reportKey(id: string): string {
  const bracket = id.indexOf('[');
  const address = bracket === -1 ? id : id.slice(0, bracket);
  const names = address.split('::');
  names[0] = names[0]!.replaceAll('/', '.').replace(/\.py$/, '');
  const last = names.pop()! + (bracket === -1 ? '' : id.slice(bracket));
  return keyOf(names.join('.'), last);
}
