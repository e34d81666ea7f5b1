// Trajectories out of files and folders of any size and known format, one at a time, each with where it stands. What cannot be read is told
// beside the rest.

import { type BadRow, placeText, type RowLimits, type RowPlace, readRows } from '../../core/io/rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { type FoundFile, findFiles } from './files.ts';
import { importRow, isPart, whyUnknown } from './formats/import.ts';
import { isOwed } from './store.ts';
import { createUnknownRows, type UnknownRows } from './unknown-rows.ts';

export interface TrajectoryRow {
  trajectory: Trajectory;
  /** With the row itself, as far as it is at hand. */
  place: RowPlace & Pick<BadRow, 'bytes'>;
  /** Fields of the row that were not read; told with the first of its trajectories. */
  unused?: readonly string[];
}

export interface ReadOptions extends RowLimits {
  /** Told of files that hold other things. */
  emit?: Emit;
  signal?: AbortSignal | undefined;
}

export async function* readTrajectoryRows(
  paths: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<TrajectoryRow | BadRow> {
  yield* atLeastOne(paths, async function* () {
    for (const file of await findFiles(paths)) yield* readTrajectoryFile(file, options);
  });
}

/** What is read, if it is anything: a folder of which every file is passed over is no folder of trajectories. */
export async function* atLeastOne<T>(paths: readonly string[], read: () => AsyncIterable<T>): AsyncGenerator<T> {
  let count = 0;
  for await (const row of read()) {
    count += 1;
    yield row;
  }
  if (count === 0)
    throw new ConfigError(`${paths.join(', ')}: no file there has trajectories in it. Give files of trajectories.`);
}

/** Of a file that ended before its first row: nothing where it was only found in a folder. */
export function* emptyFile({ path, isNamed }: FoundFile, emit: Emit): Generator<BadRow> {
  const reason = 'there are no rows in it';
  if (isNamed) yield { file: path, line: 1, byteOffset: 0, why: reason };
  else emit({ type: 'note', text: `${path}: passed over, ${reason}` });
}

/**
 * A named file of which no row is known is one bad row. A file of a folder whose first row is whole, but of no known format, is no file of
 * trajectories: reports and predictions are there too.
 */
export async function* readTrajectoryFile(
  found: FoundFile,
  { emit = silent, signal, ...limits }: ReadOptions = {},
): AsyncGenerator<TrajectoryRow | BadRow> {
  const { path, isNamed } = found;
  let isEmpty = true;
  let unknown: UnknownRows | undefined = createUnknownRows();
  for await (const row of readRows(path, { isOneRow: isPart, ...limits })) {
    signal?.throwIfAborted();
    isEmpty = false;
    const unused: string[] = [];
    const items = 'why' in row ? [row] : importRow(row, { onUnused: (field) => unused.push(field) });
    const other = unknown && whyUnknown(items);
    if (other !== undefined && !isNamed) {
      emit({ type: 'note', text: `${path}: passed over, ${other}` });
      return;
    }
    if (other !== undefined) {
      unknown!.add(items as BadRow[]);
      continue;
    }
    if (unknown !== undefined) yield* unknown.each();
    unknown = undefined;
    for (const [n, item] of items.entries())
      yield 'why' in item ? item : { trajectory: item, place: row, unused: n === 0 ? unused : [] };
  }
  if (isEmpty) yield* emptyFile(found, emit);
  if (unknown !== undefined) yield* unknown.asOne();
}

/** Of several rows with one trajectory_id the first stands; the others are bad. An attempt that is owed is made again under its id. */
export async function* withoutDuplicates(
  rows: AsyncIterable<TrajectoryRow | BadRow>,
): AsyncGenerator<TrajectoryRow | BadRow> {
  const places = new Map<string, string>();
  for await (const row of rows) {
    if ('why' in row) yield row;
    else {
      const { trajectory_id: id } = row.trajectory;
      const before = places.get(id);
      if (before !== undefined)
        yield { ...row.place, why: `trajectory_id ${JSON.stringify(id)} is at ${before} already` };
      else {
        if (!isOwed(row.trajectory)) places.set(id, placeText(row.place));
        yield row;
      }
    }
  }
}
