// A filter over files: every row is kept, or dropped for a reason. Holds one trajectory at a time; for a cap, which must know all of an
// instance's before it can choose, the files are read twice.

import type { BadRow } from '../../../core/io/rows.ts';
import { type Emit, silent } from '../../../core/run/events.ts';
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import type { TrajectoryRow } from '../../trajectory/read-row.ts';
import { createUnusedTally, type UnusedCounts } from '../../trajectory/unused.ts';
import type { Cap } from './cap.ts';
import type { Dropped, Filter } from './filter.ts';

export interface FilterSink {
  keep(trajectory: Trajectory, place: TrajectoryRow['place']): Promise<void>;
  /** Without an id where the row could not be read. */
  drop(dropped: Dropped, place: TrajectoryRow['place'], trajectoryId?: string): Promise<void>;
}

type ReadRows = (emit: Emit) => AsyncIterable<TrajectoryRow | BadRow>;

/** Returns what of all that it read is in no step. */
export async function filterRows(
  read: ReadRows,
  { filter, cap, emit = silent }: { filter: Filter; cap?: Cap | undefined; emit?: Emit },
  sink: FilterSink,
): Promise<UnusedCounts> {
  const unused = createUnusedTally();
  let index = 0;
  for await (const row of read(emit)) {
    const here = index++;
    if ('why' in row) {
      await sink.drop({ why: 'schema', detail: row.why }, row);
      continue;
    }
    const { trajectory, place } = row;
    unused.add(row.unused);
    const dropped = await filter(trajectory, place);
    if (dropped) await sink.drop(dropped, place, trajectory.trajectory_id);
    else if (cap) cap.add(trajectory, here);
    else await sink.keep(trajectory, place);
  }
  if (cap) await keepDrawn(read, cap, sink);
  return unused.counts();
}

/** What there is to say of the files was said when they were read first. */
async function keepDrawn(read: ReadRows, cap: Cap, sink: FilterSink): Promise<void> {
  const drawn = cap.draw();
  let index = 0;
  for await (const row of read(silent)) {
    const isKept = drawn.get(index++);
    if (isKept === undefined || 'why' in row) continue;
    const { trajectory, place } = row;
    if (isKept) await sink.keep(trajectory, place);
    else
      await sink.drop(
        { why: 'over_cap', detail: `others of ${trajectory.instance_id} were drawn` },
        place,
        trajectory.trajectory_id,
      );
  }
}
