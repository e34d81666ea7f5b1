// Shared by the parsers: a map of test → status that never lets a good status hide a bad one, and the lines of a log. Logs are written by
// hostile code: everything here takes time and memory in proportion to the log, whatever it holds.
import type { TestStatus, TestStatusMap } from '../../../core/schema/verdict.ts';

/** A longer line is no result of a test. */
const MAX_LINE_LENGTH = 64 * 1024;

/** Of all ids together, repeated ones too: nested groups can make short lines into long ids. */
const MAX_ID_CHARACTERS = 32 * 1024 * 1024;

const SEVERITY: Record<TestStatus, number> = { PASSED: 0, XFAIL: 1, SKIPPED: 2, FAILED: 3, ERROR: 4 };

/** What a parser found. */
export interface ParsedLog {
  statuses: TestStatusMap;
  /** Why the text proves nothing, whatever the statuses are. */
  flaw?: string | undefined;
}

export interface Results {
  /** Without Object's prototype: tests may be called `constructor` or `__proto__`. */
  readonly statuses: TestStatusMap;
  /** Of two statuses for one test the worse one stays, so that a second, forged line changes nothing for the better. */
  record(test: string, status: TestStatus): void;
  /** As `flaw` says, or that there were more results than are kept. */
  parsed(flaw?: string): ParsedLog;
}

export function createResults(): Results {
  const statuses = Object.create(null) as TestStatusMap;
  let characters = 0;
  return {
    statuses,
    record(test, status) {
      characters += test.length;
      if (characters > MAX_ID_CHARACTERS) return;
      const old = statuses[test];
      if (old === undefined || SEVERITY[status] > SEVERITY[old]) statuses[test] = status;
    },
    parsed: (flaw) => ({
      statuses,
      flaw: characters > MAX_ID_CHARACTERS ? 'the names of its tests are too long' : flaw,
    }),
  };
}

/** Without colors; lines that are too long to be results are left out. */
export function* linesOf(text: string): Iterable<string> {
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    if (end - start <= MAX_LINE_LENGTH) yield stripAnsi(text.slice(start, end));
    start = end + 1;
  }
}

/** Colors and other control sequences that runners write for terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const ANSI = /\x1b\[[0-9;?]*[A-Za-z]/g;

const stripAnsi = (line: string): string => (line.includes('\x1b') ? line.replace(ANSI, '') : line);
