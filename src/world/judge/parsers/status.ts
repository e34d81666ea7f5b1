// Shared by the parsers: a map of test → status that never lets a good status hide a bad one.
import type { TestStatus, TestStatusMap } from '../../../core/schema/verdict.ts';

const SEVERITY: Record<TestStatus, number> = { PASSED: 0, XFAIL: 1, SKIPPED: 2, FAILED: 3, ERROR: 4 };

/** Records a status; of two for one test the worse one stays, so that a second, forged line changes nothing for the better. */
export function record(statuses: TestStatusMap, test: string, status: TestStatus): void {
  const old = Object.hasOwn(statuses, test) ? statuses[test] : undefined;
  if (old === undefined || SEVERITY[status] > SEVERITY[old]) statuses[test] = status;
}

/** A map without Object's prototype: tests may be called `constructor` or `__proto__`. */
export const emptyStatuses = (): TestStatusMap => Object.create(null) as TestStatusMap;

/** Colours and other control sequences that runners write for terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
export const stripAnsi = (text: string): string => text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
