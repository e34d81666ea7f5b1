// Trajectories out of files and folders of any size and known format, one at a time. What cannot be read is told with its place, beside
// the rest.
import { type Emit, silent } from '../run/events.ts';
import { type BadRow, type RowLimits, type RowPlace, readRows } from '../run/rows.ts';
import type { Trajectory } from '../schema/trajectory.ts';
import { type FoundFile, findFiles } from './files.ts';
import { importRow } from './formats/import.ts';

export interface ReadOptions extends RowLimits {
  /** Told of files that hold other things. */
  emit?: Emit;
  signal?: AbortSignal | undefined;
}

/** A trajectory whose id was there before is bad: the first one stands. */
export async function* readTrajectories(
  paths: readonly string[],
  { signal, ...options }: ReadOptions = {},
): AsyncGenerator<Trajectory | BadRow> {
  const places = new Map<string, string>();
  for (const file of await findFiles(paths))
    for await (const read of readTrajectoryFile(file, options)) {
      signal?.throwIfAborted();
      if ('why' in read.item) {
        yield read.item;
        continue;
      }
      const { trajectory_id: id } = read.item;
      const before = places.get(id);
      const { file, line, byteOffset } = read.row;
      if (before === undefined) places.set(id, `${file}:${line}`);
      yield before === undefined
        ? read.item
        : { file, line, byteOffset, why: `trajectory_id ${JSON.stringify(id)} stands at ${before} already` };
    }
}

/** A file of a folder whose first row is whole, but of no known format, is no file of trajectories: reports and predictions lie there too. */
export async function* readTrajectoryFile(
  { path, isNamed }: FoundFile,
  { emit = silent, ...limits }: Omit<ReadOptions, 'signal'> = {},
): AsyncGenerator<{ item: Trajectory | BadRow; row: RowPlace }> {
  let isFirst = true;
  for await (const row of readRows(path, limits)) {
    const items = 'why' in row ? [row] : importRow(row);
    const [first] = items;
    if (isFirst && !isNamed && items.length === 1 && first !== undefined && 'isUnknown' in first) {
      emit({ type: 'note', text: `${path}: passed over, ${first.why}` });
      return;
    }
    isFirst = false;
    for (const item of items) yield { item, row };
  }
}
