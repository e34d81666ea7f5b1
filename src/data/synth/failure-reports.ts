// The failures of a test log as a report tells them: the shortest ones to show, each with the code that shows it.
import type { Environment } from '../../core/schema/environment.ts';
import { type Failure, type Frame, readFailures } from './failures.ts';
import { failingSnippet, type Snippet } from './snippet.ts';
import type { FailureReport } from './statement.ts';
import type { SourceFile } from './suite-run.ts';

const MAX_REPORTS = 2;

/** These name the variable that is wrong, and a reader would only have to look it up. */
const TELLING = /\b(?:NameError|UnboundLocalError|ReferenceError)\b/;

export async function readFailureReports(
  log: string,
  environment: Environment,
  tests: readonly SourceFile[],
): Promise<FailureReport[]> {
  const texts = new Map(tests.map(({ path, text }) => [path, text]));
  const reports = new Map<string, FailureReport>();
  for (const failure of readFailures(log, environment.log_parser, (path) => texts.has(path))) {
    // A test may compare what looks alike; such a failure says nothing to a reader.
    if (TELLING.test(failure.message) || (failure.expected && failure.expected === failure.actual)) continue;
    const snippet = await firstSnippet(failure.frames, texts, environment.language);
    if (snippet && !reports.has(snippet.code)) reports.set(snippet.code, failureReportOf(failure, snippet));
  }
  const length = ({ snippet, message }: FailureReport): number => snippet.length + message.length;
  return [...reports.values()].sort((a, b) => length(a) - length(b)).slice(0, MAX_REPORTS);
}

/** A frame may be in a helper of the tests, which shows nothing. */
async function firstSnippet(
  frames: readonly Frame[],
  texts: ReadonlyMap<string, string>,
  language: Environment['language'],
): Promise<Snippet | undefined> {
  for (const { file, line } of frames) {
    const snippet = await failingSnippet(texts.get(file)!, language, line);
    if (snippet) return snippet;
  }
  return undefined;
}

function failureReportOf({ message, expected, actual }: Failure, { code, shows }: Snippet): FailureReport {
  if (expected !== undefined && actual !== undefined) return { snippet: code, message, expected, actual };
  const sides = /^expected (.+) to (?:deeply )?equal (.+)$/.exec(message);
  if (!sides || shows === undefined) return { snippet: code, message };
  const [first, second] = [sides[1]!, sides[2]!];
  return {
    snippet: code,
    message,
    ...(shows === 0 ? { actual: first, expected: second } : { actual: second, expected: first }),
  };
}
