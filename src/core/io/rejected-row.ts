// What is written of a row that could not be read: a row of `<file>.rejected.jsonl`.
import type { BadRow } from './rows.ts';

export const rejectedPath = (out: string): string => `${out}.rejected.jsonl`;

/** Longer rows are given by their place alone. */
const MAX_KEPT_BYTES = 1024 * 1024;

export const rejectedRow = ({ file, line, byteOffset, index, why, bytes }: BadRow) => ({
  file,
  line,
  byte_offset: byteOffset,
  ...(index !== undefined && { index }),
  reason: why,
  why, // the former key: it stays for this release
  ...(bytes !== undefined && { length: bytes.length }),
  ...(bytes !== undefined && bytes.length <= MAX_KEPT_BYTES && { row: bytes.toString('utf8') }),
});
