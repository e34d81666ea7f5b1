// Python's unittest with -v: `test_a (tests.test_x.TestX.test_a) ... ok`. The result may stand on a later line, after what the test
// printed or after the first line of its docstring. The id is the dotted path in brackets.
import type { TestStatus } from '../../../core/schema/verdict.ts';
import { createResults, linesOf, type ParsedLog } from './status.ts';

const RESULTS: [RegExp, TestStatus][] = [
  [/^ok$/, 'PASSED'],
  [/^FAIL$/, 'FAILED'],
  [/^ERROR$/, 'ERROR'],
  [/^skipped\b/, 'SKIPPED'],
  [/^expected failure$/, 'XFAIL'],
  [/^unexpected success$/, 'FAILED'],
];

export function parseUnittest(log: string): ParsedLog {
  const { record, parsed } = createResults();
  let named: string | undefined;
  let [hasCount, hasEnd] = [false, false];
  for (const line of linesOf(log)) {
    // The two last lines that unittest writes, and nothing else does by chance.
    if (/^Ran \d+ tests? in /.test(line)) hasCount = true;
    else if (hasCount && /^(OK|FAILED)\b/.test(line)) hasEnd = true;
    const heading = /^(FAIL|ERROR): (\S+) \(([\w.]+)\)/.exec(line);
    if (heading) {
      record(idOf(heading[2]!, heading[3]!), heading[1] === 'FAIL' ? 'FAILED' : 'ERROR');
      continue;
    }
    const start = /^(\w+) \(([\w.]+)\)/.exec(line);
    if (start) named = idOf(start[1]!, start[2]!);
    const text = line.includes(' ... ') ? line.slice(line.lastIndexOf(' ... ') + 5).trim() : line.trim();
    const status = RESULTS.find(([pattern]) => pattern.test(text))?.[1];
    if (named === undefined || status === undefined) continue;
    record(named, status);
    named = undefined;
  }
  return parsed(hasEnd ? undefined : 'the test runner was left before its end');
}

/** Python before 3.11 leaves the method out of the brackets. */
const idOf = (method: string, path: string): string => (path.endsWith(`.${method}`) ? path : `${path}.${method}`);
