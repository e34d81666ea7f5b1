// Files in which nothing is of a known format. A named one is one thing to report, not one a row; one that was only found in a folder is
// passed over, since reports and predictions are there too.
import type { BadRow } from '../../core/io/rows.ts';
import type { Emit } from '../../core/run/events.ts';
import type { FoundFile } from './files.ts';
import { whyUnknown } from './formats/import.ts';

/** What a row of a file holds, as far as that says whether any of it is known. */
type Items = readonly (BadRow | object)[];

/** The rows of a file from its first known one on, with those before it as bad rows; `itemsOf` is asked no further. */
export async function* knownRows<R>(
  found: FoundFile,
  rows: AsyncIterable<R>,
  { itemsOf, emit }: { itemsOf: (row: R) => Items; emit: Emit },
): AsyncGenerator<R | BadRow> {
  const { path, isNamed } = found;
  let isEmpty = true;
  let unknown: UnknownRows | undefined = createUnknownRows();
  for await (const row of rows) {
    isEmpty = false;
    if (unknown !== undefined) {
      const items = itemsOf(row);
      const other = whyUnknown(items);
      if (other !== undefined && !isNamed) return emit({ type: 'note', text: `${path}: passed over, ${other}` });
      if (other !== undefined) {
        unknown.add(items as BadRow[]);
        continue;
      }
      yield* unknown.each();
      unknown = undefined;
    }
    yield row;
  }
  if (isEmpty) yield* emptyFile(found, emit);
  else if (unknown !== undefined) yield* unknown.asOne();
}

/** Of a file that ended before its first row: nothing where it was only found in a folder. */
function* emptyFile({ path, isNamed }: FoundFile, emit: Emit): Generator<BadRow> {
  const reason = 'there are no rows in it';
  if (isNamed) yield { file: path, line: 1, byteOffset: 0, why: reason };
  else emit({ type: 'note', text: `${path}: passed over, ${reason}` });
}

interface UnknownRows {
  add(rows: readonly BadRow[]): void;
  /** All of them, as they came. */
  each(): Iterable<BadRow>;
  /** One for all. */
  asOne(): Iterable<BadRow>;
}

/** So many keep their bytes; of those after them the place is enough. */
const KEPT = 1000;

function createUnknownRows(): UnknownRows {
  const held: BadRow[] = [];
  return {
    add(rows) {
      for (const { bytes, ...row } of rows)
        held.push(held.length < KEPT && bytes !== undefined ? { ...row, bytes } : row);
    },
    each: () => held,
    asOne() {
      const [first] = held;
      if (first === undefined || held.length === 1) return held;
      return [{ ...first, why: `${first.why.replace(/^element 0: /, '')}; none of its ${held.length} rows is known` }];
    },
  };
}
