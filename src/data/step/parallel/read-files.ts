// Rows of files and folders, not parsed yet. A file of a folder that begins with something else than a trajectory is passed over: reports
// and predictions lie there too.
import { type BadRow, parseRow, type RawRow, readRawRows } from '../../../core/io/rows.ts';
import { findFiles } from '../../trajectory/files.ts';
import { importRow, isPart, whyUnknown } from '../../trajectory/formats/import.ts';
import type { ReadOptions } from '../../trajectory/read.ts';

export async function* readFiles(
  paths: readonly string[],
  { emit, signal, ...limits }: ReadOptions,
): AsyncGenerator<RawRow | BadRow> {
  for (const { path, isNamed } of await findFiles(paths)) {
    let mayPassOver = !isNamed;
    for await (const row of readRawRows(path, { isOneRow: isPart, ...limits })) {
      signal?.throwIfAborted();
      const other = mayPassOver ? whatElse(row) : undefined;
      mayPassOver = false;
      if (other !== undefined) {
        emit?.({ type: 'note', text: `${path}: passed over, ${other}` });
        break;
      }
      yield row;
    }
  }
}

/** What a row is, when it is whole and nothing in it is of a known format. */
function whatElse(row: RawRow | BadRow): string | undefined {
  const parsed = 'why' in row ? row : parseRow(row);
  return 'why' in parsed ? undefined : whyUnknown(importRow(parsed));
}
