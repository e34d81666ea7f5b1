// Parsers by the name that `log_parser` of an instance gives.
import { GradingError } from '../../../core/schema/errors.ts';
import { parseJunit } from './junit.ts';
import { parsePytest, parsePytestLog, parsePytestVerboseLog } from './pytest.ts';
import type { ParsedLog } from './status.ts';
import { parseTap } from './tap.ts';
import { parseUnittest } from './unittest.ts';

export interface LogParser {
  /** `report` is the runner's machine-readable report, empty where there is none. Never throws, whatever the text. */
  parse: (log: string, report: string) => ParsedLog;
  /** Environment that makes the runner write its report to `path`. Where a parser has this, a run without a report is invalid. */
  reportEnv?: (path: string) => Record<string, string>;
}

const fromReportOrLog =
  (parse: (text: string) => ParsedLog): LogParser['parse'] =>
  (log, report) =>
    parse(report === '' ? log : report);

export const parsers: ReadonlyMap<string, LogParser> = new Map<string, LogParser>([
  [
    'pytest',
    {
      parse: parsePytest,
      reportEnv: (path) => ({
        PYTEST_ADDOPTS: `--junitxml=${path} -o junit_family=xunit1`,
        // Installed by nobody but the environment's Dockerfile, plug-ins are named where they are wanted.
        PYTEST_DISABLE_PLUGIN_AUTOLOAD: '1',
      }),
    },
  ],
  ['parse_log_pytest', { parse: parsePytestLog }],
  ['parse_log_pytest_verbose', { parse: parsePytestVerboseLog }],
  ['junit', { parse: (_log, report) => parseJunit(report), reportEnv: () => ({}) }],
  ['tap', { parse: fromReportOrLog(parseTap) }],
  ['unittest', { parse: fromReportOrLog(parseUnittest) }],
]);

export function findParser(name: string): LogParser {
  const parser = parsers.get(name);
  if (parser === undefined)
    throw new GradingError(`Unknown log_parser "${name}". Known: ${[...parsers.keys()].join(', ')}.`);
  return parser;
}
