// Rows of files and folders, not parsed yet: threads do that. Here only those before the first of a known format are looked into.

import { type BadRow, type RawRow, readRawRows } from '../../../core/io/rows.ts';
import { silent } from '../../../core/run/events.ts';
import { findFiles } from '../../trajectory/files.ts';
import { isPart } from '../../trajectory/formats/import.ts';
import { atLeastOne, type ReadOptions } from '../../trajectory/read.ts';
import { readRow } from '../../trajectory/read-row.ts';
import { knownRows } from '../../trajectory/unknown-rows.ts';

export async function* readFiles(
  paths: readonly string[],
  { emit = silent, signal, ...limits }: ReadOptions,
): AsyncGenerator<RawRow | BadRow> {
  yield* atLeastOne(paths, async function* () {
    for (const found of await findFiles(paths)) {
      const rows = readRawRows(found.path, { isOneRow: isPart, ...limits });
      for await (const row of knownRows(found, rows, { itemsOf: readRow, emit })) {
        signal?.throwIfAborted();
        yield row;
      }
    }
  });
}
