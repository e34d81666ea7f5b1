// Evidence that a suite did run, for parsers that see nothing but failures (SWE-bench, 1.5). Every pattern begins where only few places
// of a line match it, so that none is tried from each digit of a long number.
import { linesOf } from './status.ts';

const COUNTS =
  /Executed [1-9]\d* of|TOTAL: [1-9]\d* (?:SUCCESS|FAILED)|(?<!\d)0*[1-9]\d* passing|Tests: +[1-9]|^# tests [1-9]|(?<!\d)0*[1-9]\d* specs, \d+ failures|: ok$/;

export function suiteRan(log: string): boolean {
  for (const line of linesOf(log)) if (line.length > 3 && (COUNTS.test(line) || hasJestTotal(line))) return true;
  return false;
}

function hasJestTotal(line: string): boolean {
  const at = line.indexOf('Test Suites: ');
  return at !== -1 && line.includes('total', at);
}
