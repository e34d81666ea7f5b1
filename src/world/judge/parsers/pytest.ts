// pytest. Two parsers read the log alone: SWE-bench's (`-rA` summary lines, second word is the id) and SWE-smith's (`-v` lines).
// `parsePytest` is ours and stricter: the log names the tests, pytest's own JUnit report says how they went, so printing `PASSED …`
// changes nothing.
import { minOf } from '../../../core/run/large-arrays.ts';
import { type TestStatus, testStatuses } from '../../../core/schema/verdict.ts';
import { NO_REPORT, parseTestCases } from './junit.ts';
import { createResults, linesOf, type ParsedLog } from './status.ts';

const STATUS_WORD = /^(PASSED|FAILED|SKIPPED|ERROR|XFAIL)\b/;

export function parsePytestLog(log: string): ParsedLog {
  const { replace, parsed } = createResults();
  for (const line of linesOf(log)) {
    const status = STATUS_WORD.exec(line)?.[1] as TestStatus | undefined;
    if (status === undefined) continue;
    const words = (status === 'FAILED' ? line.replaceAll(' - ', ' ') : line).trim().split(/\s+/, 2);
    const id = words[1];
    // `SKIPPED [2] tests/a.py:3: reason` counts skips; it names no test.
    if (id !== undefined && !id.startsWith('[')) replace(id, status);
  }
  return parsed();
}

export function parsePytestVerboseLog(log: string): ParsedLog {
  const { replace, parsed } = createResults();
  for (const line of linesOf(log)) {
    const [, id, status] = /^(\S+)\s+(PASSED|FAILED|SKIPPED|ERROR|XFAIL)\b/.exec(line) ?? [];
    if (id !== undefined) replace(id, status as TestStatus);
  }
  return parsed();
}

export function parsePytest(log: string, report: string): ParsedLog {
  const reported = createResults();
  const { record, parsed } = createResults();
  const cases = parseTestCases(report);
  if (cases === undefined) return parsed(NO_REPORT);
  for (const { classname, name, status } of cases) reported.record(keyOf(classname, name), status);
  for (const id of testIds(log)) {
    const status = reported.statuses.get(reportKey(id));
    if (status !== undefined) record(id, status);
  }
  return parsed(reported.parsed().flaw);
}

const SUMMARY_WORDS = ['PASSED', 'FAILED', 'ERROR', 'XFAIL', 'XPASS'];
const VERBOSE_WORDS = [...testStatuses, 'XPASS'];

/** No test has a longer id, and none has as many dashes in it: what one line costs to read has a limit. */
const MAX_ID_LENGTH = 4096;
const MAX_DASHES = 64;

/** Ids that the `-rA` summary or the `-v` lines name; parametrized ids may hold spaces. */
function* testIds(log: string): Iterable<string> {
  for (const line of linesOf(log)) {
    const space = line.indexOf(' ');
    const text = line.slice(space + 1).trimEnd();
    if (SUMMARY_WORDS.includes(line.slice(0, space)) && /\.py\b/.test(firstWord(text))) yield* uptoReason(text);
    else if (firstWord(line).includes('.py::')) {
      const end = endOfVerboseId(line);
      if (end !== undefined) yield line.slice(0, end);
    }
  }
}

const firstWord = (text: string): string => text.slice(0, MAX_ID_LENGTH).split(/\s/, 1)[0]!;

/** Where the first status begins that stands in the line as a word of its own. */
function endOfVerboseId(line: string): number | undefined {
  const text = line.slice(0, MAX_ID_LENGTH + 10);
  const ends = VERBOSE_WORDS.flatMap((word) => {
    let at = text.indexOf(` ${word}`);
    while (at !== -1 && /\w/.test(text[at + word.length + 1] ?? '')) at = text.indexOf(` ${word}`, at + 1);
    return at === -1 ? [] : [at];
  });
  return ends.length === 0 ? undefined : minOf(ends);
}

/** The reason after ` - ` is not part of an id, but an id may hold ` - ` itself: every cut is tried, the report knows which is a test. */
function* uptoReason(text: string): Iterable<string> {
  if (text.length <= MAX_ID_LENGTH) yield text;
  let cut = text.indexOf(' - ');
  for (let tried = 0; cut !== -1 && cut <= MAX_ID_LENGTH && tried < MAX_DASHES; tried++) {
    yield text.slice(0, cut);
    cut = text.indexOf(' - ', cut + 1);
  }
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
