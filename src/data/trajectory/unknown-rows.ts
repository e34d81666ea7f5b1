// Rows of no known format at the beginning of a file. When the whole file is of such rows, that is one thing to say and not one a row.
import type { BadRow } from '../../core/io/rows.ts';

export interface UnknownRows {
  add(rows: readonly BadRow[]): void;
  /** All of them, as they came. */
  each(): Iterable<BadRow>;
  /** One for all. */
  asOne(): Iterable<BadRow>;
}

/** So many keep their bytes; of those after them the place is enough. */
const KEPT = 1000;

export function createUnknownRows(): UnknownRows {
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
