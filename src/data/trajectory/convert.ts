// Trajectories from any format to one, a row at a time; what cannot be read, or not be read again once written, is rejected.

import { maxRowBytesOf } from '../../core/io/row-limit.ts';
import { openRowWriter } from '../../core/io/row-writer.ts';
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import { type ConvertTrajectoriesOptions, convertSchema } from './convert-options.ts';
import { writers } from './formats/writers.ts';
import { readTrajectoryRows, withoutDuplicates } from './read.ts';
import { openRejected, writeUnlessTooLong } from './rejected.ts';
import { createUnusedTally, type UnusedCounts } from './unused.ts';

export interface Converted extends UnusedCounts {
  trajectories: number;
  steps: number;
  /** By reason. */
  dropped: Record<string, number>;
  /** Trajectories by the format that they were in. */
  formats: Record<string, number>;
  /** Rows that were not converted; they are in `<out>.rejected.jsonl`. */
  rejected: number;
}

/** Why `onlyResolved` drops a trajectory. */
export const UNRESOLVED = 'not resolved';

/** The file is there once all of it is written. */
export async function convertTrajectories(
  given: ConvertTrajectoriesOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<Converted> {
  const { options } = await resolveRunOptions(convertSchema, given);
  const { paths, to, out, onlyResolved } = options;
  const limits = { maxRowBytes: maxRowBytesOf(options) };
  const counts = { trajectories: 0, steps: 0 };
  const formats = new Map<string, number>();
  const unused = createUnusedTally();
  const dropped: Record<string, number> = Object.create(null);
  const write = writers[to];
  await using file = await openRowWriter(out, limits);
  await using bad = await openRejected(out, emit);
  for await (const row of withoutDuplicates(readTrajectoryRows(paths, { emit, signal, ...limits }))) {
    if ('why' in row) {
      await bad.reject(row);
      continue;
    }
    const { resolved, steps, provenance } = row.trajectory;
    if (onlyResolved && resolved !== true) {
      dropped[UNRESOLVED] = (dropped[UNRESOLVED] ?? 0) + 1;
      continue;
    }
    const tooLong = await writeUnlessTooLong(file, write(row.trajectory), row.place);
    if (tooLong !== undefined) {
      await bad.reject(tooLong);
      continue;
    }
    counts.trajectories += 1;
    counts.steps += steps.length;
    unused.add(row.unused);
    formats.set(provenance.source_format, (formats.get(provenance.source_format) ?? 0) + 1);
  }
  await file.commit();
  await bad.commit();
  return {
    ...counts,
    formats: Object.fromEntries(formats),
    ...unused.counts(),
    dropped: { ...bad.reasons, ...dropped },
    rejected: bad.count(),
  };
}
