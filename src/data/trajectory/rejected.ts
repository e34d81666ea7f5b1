// Rows that could not be read: each is told in a line, counted, and written aside.
import { rm } from 'node:fs/promises';
import { rejectedPath, rejectedRow } from '../../core/io/rejected-row.ts';
import { RowTooLargeError } from '../../core/io/row-size.ts';
import { openRowWriter, type RowWriter } from '../../core/io/row-writer.ts';
import { type BadRow, placeText } from '../../core/io/rows.ts';
import type { Emit } from '../../core/run/events.ts';

export interface RejectedRows extends AsyncDisposable {
  reject(row: BadRow): Promise<void>;
  count(): number;
  /** By reason. */
  reasons: Record<string, number>;
  /** Where they lie, once it is whole; where there are none, no file of a run before is left. */
  commit(): Promise<void>;
}

/** `out`: what the good rows are written to. */
export async function openRejected(out: string, emit: Emit): Promise<RejectedRows> {
  const path = rejectedPath(out);
  const aside = await openRowWriter(path);
  const reasons: Record<string, number> = Object.create(null);
  const count = (): number => Object.values(reasons).reduce((total, times) => total + times, 0);
  return {
    async reject(row) {
      const why = reasonOf(row);
      reasons[why] = (reasons[why] ?? 0) + 1;
      emit({ type: 'warn', text: describeBad(row) });
      await aside.write(rejectedRow(row));
    },
    count,
    reasons,
    commit: () => (count() > 0 ? aside.commit() : rm(path, { force: true })),
    [Symbol.asyncDispose]: () => aside[Symbol.asyncDispose](),
  };
}

/** Writes what became of the row at `place`. Where that is too long to be read again, it is given back as a row to reject: what a format
 * says twice may be longer than what was read. */
export async function writeUnlessTooLong(
  file: RowWriter,
  row: unknown,
  place: Omit<BadRow, 'why'>,
): Promise<BadRow | undefined> {
  try {
    await file.write(row);
    return undefined;
  } catch (error) {
    if (!(error instanceof RowTooLargeError)) throw error;
    return { ...place, why: error.reason };
  }
}

/** One line for people. */
export const describeBad = (row: BadRow): string =>
  `${placeText(row)}: ${row.index === undefined ? `byte ${row.byteOffset}: ` : ''}${row.why}`;

/** What it has in common with others: without places, sizes and quotations. */
export const reasonOf = ({ why }: Pick<BadRow, 'why'>): string =>
  why
    .replace(/ \(.*\)/, '')
    .replace(/: an object of .*/, '')
    .replace(/"(?:[^"\\]|\\.)*".*/, '…')
    .replace(/\b(?<!-)\d+/g, 'n'); // not the 8 of UTF-8
