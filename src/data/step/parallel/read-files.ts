// Rows of files and folders, not parsed yet. A file of a folder that begins with something else than a trajectory is passed over: reports
// and predictions lie there too.

import { type BadRow, parseRow, type RawRow, type RowLimits, readRawRows } from '../../../core/io/rows.ts';
import { type Emit, silent } from '../../../core/run/events.ts';
import { type FoundFile, findFiles } from '../../trajectory/files.ts';
import { importRow, isPart, whyUnknown } from '../../trajectory/formats/import.ts';
import { atLeastOne, emptyFile, type ReadOptions } from '../../trajectory/read.ts';

export async function* readFiles(
  paths: readonly string[],
  { emit = silent, signal, ...limits }: ReadOptions,
): AsyncGenerator<RawRow | BadRow> {
  yield* atLeastOne(paths, async function* () {
    for (const found of await findFiles(paths))
      for await (const row of readFile(found, emit, limits)) {
        signal?.throwIfAborted();
        yield row;
      }
  });
}

async function* readFile(found: FoundFile, emit: Emit, limits: RowLimits): AsyncGenerator<RawRow | BadRow> {
  const { path, isNamed } = found;
  let isFirst = true;
  for await (const row of readRawRows(path, { isOneRow: isPart, ...limits })) {
    const other = isFirst && !isNamed ? whatElse(row) : undefined;
    if (other !== undefined) return emit({ type: 'note', text: `${path}: passed over, ${other}` });
    isFirst = false;
    yield row;
  }
  if (isFirst) yield* emptyFile(found, emit);
}

/** What a row is, when it is whole and nothing in it is of a known format. */
function whatElse(row: RawRow | BadRow): string | undefined {
  const parsed = 'why' in row ? row : parseRow(row);
  return 'why' in parsed ? undefined : whyUnknown(importRow(parsed));
}
