// Python's unittest with -v: `test_a (tests.test_x.TestX.test_a) ... ok`. The result may stand on a later line, after what the test
// printed or after the first line of its docstring. The id is the dotted path in brackets.
import type { TestStatus, TestStatusMap } from '../../../core/schema/verdict.ts';
import { emptyStatuses, record } from './status.ts';

const RESULTS: [RegExp, TestStatus][] = [
  [/^ok$/, 'PASSED'],
  [/^FAIL$/, 'FAILED'],
  [/^ERROR$/, 'ERROR'],
  [/^skipped\b/, 'SKIPPED'],
  [/^expected failure$/, 'XFAIL'],
  [/^unexpected success$/, 'FAILED'],
];

export function parseUnittest(log: string): TestStatusMap {
  const statuses = emptyStatuses();
  let named: string | undefined;
  for (const line of log.split('\n')) {
    const heading = /^(FAIL|ERROR): (\S+) \(([\w.]+)\)/.exec(line);
    if (heading) {
      record(statuses, idOf(heading[2]!, heading[3]!), heading[1] === 'FAIL' ? 'FAILED' : 'ERROR');
      continue;
    }
    const start = /^(\w+) \(([\w.]+)\)/.exec(line);
    if (start) named = idOf(start[1]!, start[2]!);
    const text = line.includes(' ... ') ? line.slice(line.lastIndexOf(' ... ') + 5).trim() : line.trim();
    const status = RESULTS.find(([pattern]) => pattern.test(text))?.[1];
    if (named === undefined || status === undefined) continue;
    record(statuses, named, status);
    named = undefined;
  }
  return statuses;
}

/** The two last lines that unittest writes, and nothing else does by chance. */
export const isCompleteUnittest = (log: string): boolean => /^Ran \d+ tests? in [\s\S]*^(?:OK|FAILED)\b/m.test(log);

/** Python before 3.11 leaves the method out of the brackets. */
const idOf = (method: string, path: string): string => (path.endsWith(`.${method}`) ? path : `${path}.${method}`);
