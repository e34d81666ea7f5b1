// How numbers are written in the table and on the page.
import type { Row } from './rows.ts';

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const interval = ([low, high]: Row['wilson95']): string =>
  `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`;

/** A dash stands for what a run did not measure. */
export const numberOr = (value: number | null, digits: number): string =>
  value === null ? '–' : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Every rung that any row has, in order. */
export const rungsOf = (rows: readonly Row[]): string[] =>
  [...new Set(rows.flatMap(({ rungs }) => Object.keys(rungs)))].sort();
