// Trajectories out of files and folders of any size and known format, one at a time, each with where it stands. What cannot be read is told
// beside the rest.

import { type BadRow, placeText, type RowLimits, readRows } from '../../core/io/rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { type FoundFile, findFiles } from './files.ts';
import { isPart } from './formats/import.ts';
import { readRow, type TrajectoryRow } from './read-row.ts';
import { isPending } from './store.ts';
import { knownRows } from './unknown-rows.ts';

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
  if (count === 0) throw nothingIn(paths);
}

export const nothingIn = (paths: readonly string[]): ConfigError =>
  new ConfigError(`${paths.join(', ')}: no file there has trajectories in it. Give files of trajectories.`);

export async function* readTrajectoryFile(
  found: FoundFile,
  { emit = silent, signal, ...limits }: ReadOptions = {},
): AsyncGenerator<TrajectoryRow | BadRow> {
  const read = async function* () {
    for await (const row of readRows(found.path, { isOneRow: isPart, ...limits })) {
      signal?.throwIfAborted();
      yield readRow(row);
    }
  };
  for await (const items of knownRows(found, read(), { itemsOf: (items) => items, emit })) {
    if (Array.isArray(items)) yield* items;
    else yield items;
  }
}

/** Of several rows with one trajectory_id the first stands; the others are bad. An attempt that is pending is made again under its id. */
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
        if (!isPending(row.trajectory)) places.set(id, placeText(row.place));
        yield row;
      }
    }
  }
}
