// Parsers by the name that `log_parser` of an instance gives.
import { GradingError } from '../../../core/schema/errors.ts';
import type { TestStatusMap } from '../../../core/schema/verdict.ts';
import { parseJunit } from './junit.ts';
import { parsePytest, parsePytestLog, parsePytestVerboseLog } from './pytest.ts';
import { isCompleteTap, parseTap } from './tap.ts';
import { isCompleteUnittest, parseUnittest } from './unittest.ts';

export interface LogParser {
  /** `report` is the runner's machine-readable report, empty where there is none. */
  parse: (log: string, report: string) => TestStatusMap;
  /** Whether the runner came to its end. A run in which nothing failed proves nothing without it. */
  isComplete?: (text: string) => boolean;
  /** Environment that makes the runner write its report to `path`. Where a parser has this, a run without a report is invalid. */
  reportEnv?: (path: string) => Record<string, string>;
}

const fromReportOrLog =
  (parse: (text: string) => TestStatusMap): LogParser['parse'] =>
  (log, report) =>
    parse(report === '' ? log : report);

export const parsers: Record<string, LogParser> = {
  pytest: {
    parse: parsePytest,
    reportEnv: (path) => ({ PYTEST_ADDOPTS: `--junitxml=${path} -o junit_family=xunit1` }),
  },
  parse_log_pytest: { parse: parsePytestLog },
  parse_log_pytest_verbose: { parse: parsePytestVerboseLog },
  junit: { parse: (_log, report) => parseJunit(report), reportEnv: () => ({}) },
  tap: { parse: fromReportOrLog(parseTap), isComplete: isCompleteTap },
  unittest: { parse: fromReportOrLog(parseUnittest), isComplete: isCompleteUnittest },
};

export function findParser(name: string): LogParser {
  const parser = parsers[name];
  if (parser === undefined)
    throw new GradingError(`Unknown log_parser "${name}". Known: ${Object.keys(parsers).join(', ')}.`);
  return parser;
}
