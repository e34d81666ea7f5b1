// How the cases went, for a terminal.
import { styleText } from 'node:util';
import { maxOf } from '../../../core/run/large-arrays.ts';
import { printable } from '../../../core/run/printable.ts';
import type { CaseOutcome } from './conformance.ts';

const COLOURS = { passed: 'green', failed: 'red', skipped: 'yellow' } as const;

/** A row for each case; why it failed or was skipped stands in the last column. */
export function renderOutcomes(outcomes: readonly CaseOutcome[]): string {
  const width = (of: (outcome: CaseOutcome) => string) => maxOf(outcomes.map((outcome) => of(outcome).length));
  const [families, names] = [width(({ family }) => family), width(({ name, why }) => (why === undefined ? '' : name))];
  return outcomes
    .map(({ family, name, outcome, durationMs, why }) => {
      const row = `${family.padEnd(families)}  ${styleText(COLOURS[outcome], outcome.padEnd(7))}  ${`${durationMs} ms`.padStart(8)}  `;
      return row + (why === undefined ? name : `${name.padEnd(names)}  ${printable(why)}`);
    })
    .join('\n');
}
