// Rows gathered into batches that are worth a thread's while, and packed into memory that can move to it.
import { setImmediate } from 'node:timers/promises';
import type { BadRow, RawRow } from './rows.ts';

/** Rows that share one memory; bad ones keep their place among them. */
export interface Batch {
  bytes: Uint8Array<ArrayBuffer>;
  rows: (PackedRow | BadRow)[];
}

type PackedRow = Omit<RawRow, 'bytes'> & { start: number; end: number };

const BATCH_BYTES = 256 * 1024;

/** A batch is full, or it is all there is for now: who sends one row and waits for the answer gets it. */
export async function* gatherBatches(rows: AsyncIterable<RawRow | BadRow>): AsyncGenerator<Batch> {
  const source = rows[Symbol.asyncIterator]();
  for (let next = source.next(); ; ) {
    const first = await next;
    if (first.done) return;
    const gathered = [first.value];
    let length = lengthOf(first.value);
    const pause = setImmediate();
    for (;;) {
      next = source.next();
      const arrived = next.catch(() => undefined); // thrown when it is awaited, after the rows before it
      const row = length < BATCH_BYTES && (await Promise.race([arrived, pause]));
      if (!row || row.done) break;
      gathered.push(row.value);
      length += lengthOf(row.value);
    }
    yield packRows(gathered, length);
  }
}

/** Views of the batch's memory. */
export const unpackRows = ({ bytes, rows }: Batch): (RawRow | BadRow)[] =>
  rows.map((row) => {
    if ('why' in row) return row;
    const { start, end, ...place } = row;
    return { ...place, bytes: Buffer.from(bytes.buffer, start, end - start) };
  });

const lengthOf = (row: RawRow | BadRow): number => ('why' in row ? 0 : row.bytes.length);

function packRows(gathered: readonly (RawRow | BadRow)[], length: number): Batch {
  const bytes = new Uint8Array(length);
  let end = 0;
  const rows = gathered.map((row) => {
    if ('why' in row) return row;
    const { bytes: own, ...place } = row;
    const start = end;
    bytes.set(own, start);
    end += own.length;
    return { ...place, start, end };
  });
  return { bytes, rows };
}
