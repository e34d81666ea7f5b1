// Shared by the parsers: a map of test → status that never lets a good status hide a bad one, and the lines of a log. Logs are written by
// hostile code: everything here takes time and memory in proportion to the log, whatever it holds.
import type { TestStatus } from '../../../core/schema/verdict.ts';

/** A longer line is no result of a test. */
const MAX_LINE_LENGTH = 64 * 1024;

/** Of all ids together, repeated ones too: nested groups can make short lines into long ids. */
const MAX_ID_CHARACTERS = 16 * 1024 * 1024;

/** Each costs more than its line: it is kept, and sent from the thread that reads. */
const MAX_TESTS = 100_000;

const SEVERITY: Record<TestStatus, number> = { PASSED: 0, XFAIL: 1, SKIPPED: 2, FAILED: 3, ERROR: 4 };

/** What a parser found. */
export interface ParsedLog {
  statuses: ReadonlyMap<string, TestStatus>;
  /** Why the text proves nothing, whatever the statuses are. */
  flaw?: string | undefined;
}

export interface Results {
  readonly statuses: ReadonlyMap<string, TestStatus>;
  /** Of two statuses for one test the later one stays, as in SWE-bench. */
  replace(test: string, status: TestStatus): void;
  /** Of two statuses for one test the worse one stays, so that a second, forged line changes nothing for the better. */
  record(test: string, status: TestStatus): void;
  /** As `flaw` says, or that there were more results than are kept. */
  parsed(flaw?: string): ParsedLog;
}

export function createResults(): Results {
  const statuses = new Map<string, TestStatus>();
  let characters = 0;
  let excess: string | undefined;
  /** Before the name is looked up, since looking up is what takes time. */
  const isWithinLimits = (test: string): boolean => {
    if (excess !== undefined) return false;
    characters += test.length;
    if (characters > MAX_ID_CHARACTERS) excess = 'the names of its tests are too long';
    else if (statuses.size === MAX_TESTS && !statuses.has(test)) excess = `it names more than ${MAX_TESTS} tests`;
    return excess === undefined;
  };
  return {
    statuses,
    replace(test, status) {
      if (isWithinLimits(test)) statuses.set(test, status);
    },
    record(test, status) {
      if (!isWithinLimits(test)) return;
      const old = statuses.get(test);
      if (old === undefined || SEVERITY[status] > SEVERITY[old]) statuses.set(test, status);
    },
    parsed: (flaw) => (excess === undefined ? { statuses, flaw } : { statuses: new Map(), flaw: excess }),
  };
}

/** Without colors; empty lines and those that are too long to be results are left out. */
export function* linesOf(text: string): Iterable<string> {
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    if (end > start && end - start <= MAX_LINE_LENGTH) yield stripAnsi(text.slice(start, end));
    start = end + 1;
  }
}

/** Colors and other control sequences that runners write for terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const ANSI = /\x1b\[[0-9;?]*[A-Za-z]/g;

const stripAnsi = (line: string): string => (line.includes('\x1b') ? line.replace(ANSI, '') : line);
