// Trajectories from any format to one, a row at a time; what cannot be read is written aside.

import { openRowWriter } from '../../core/io/row-writer.ts';
import type { RowLimits } from '../../core/io/rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { type FormatName, writers } from './formats/writers.ts';
import { orphanResults } from './orphan-results.ts';
import { readTrajectoryRows, withoutDuplicates } from './read.ts';
import { openRejected } from './rejected.ts';

export interface ConvertOptions extends RowLimits {
  to: FormatName;
  /** JSONL; compressed when its name ends in .gz. It stands there only once it is whole. */
  out: string;
  onlyResolved?: boolean;
  emit?: Emit;
  signal?: AbortSignal | undefined;
}

export interface Converted {
  trajectories: number;
  steps: number;
  /** By reason. */
  dropped: Record<string, number>;
  /** Trajectories by the format that they were in. */
  formats: Record<string, number>;
  /** Replies without an action that can be read. */
  malformed: number;
  /** Results of tools that answer no call. */
  orphans: number;
  /** Fields of rows that are not read, with how many rows have them. */
  unused: Record<string, number>;
  /** How many rows could not be read; they lie in `<out>.rejected.jsonl`. */
  rejected: number;
}

export async function convertTrajectories(paths: readonly string[], options: ConvertOptions): Promise<Converted> {
  const { to, out, onlyResolved = false, emit = silent, signal, ...limits } = options;
  const counts = { trajectories: 0, steps: 0, malformed: 0, orphans: 0 };
  const formats = new Map<string, number>();
  const unused = new Map<string, number>();
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
      count(dropped, 'not resolved');
      continue;
    }
    await file.write(write(row.trajectory));
    counts.trajectories += 1;
    counts.steps += steps.length;
    counts.malformed += steps.filter(({ malformed }) => malformed).length;
    counts.orphans += [...orphanResults(row.trajectory)].length;
    add(formats, provenance.source_format);
    for (const field of row.unused ?? []) add(unused, field);
  }
  await file.commit();
  await bad.commit();
  return {
    ...counts,
    formats: Object.fromEntries(formats),
    unused: Object.fromEntries(unused),
    dropped: { ...bad.reasons, ...dropped },
    rejected: bad.count(),
  };
}

const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
