// Rows that could not be read, as they are told, counted and written aside.
import type { BadRow } from '../run/rows.ts';

/** Longer rows are told by their place alone. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** One line for people. */
export const describeBad = ({ file, line, byteOffset, why }: BadRow): string =>
  `${file}:${line}: byte ${byteOffset}: ${why}`;

/** What it has in common with others: without places, sizes and quotations. */
export const reasonOf = ({ why }: Pick<BadRow, 'why'>): string =>
  why
    .replace(/^element \d+: /, '')
    .replace(/ \(.*\)/, '')
    .replace(/: an object of .*/, '')
    .replace(/"(?:[^"\\]|\\.)*".*/, '…')
    .replace(/\b(?<!-)\d+/g, 'n'); // not the 8 of UTF-8

/** A row of the file that they are written to. */
export const rejectedRow = ({ file, line, byteOffset, why, bytes }: BadRow) => ({
  file,
  line,
  byte_offset: byteOffset,
  why,
  ...(bytes !== undefined && { length: bytes.length }),
  ...(bytes !== undefined && bytes.length <= MAX_KEPT_BYTES && { row: bytes.toString('utf8') }),
});
