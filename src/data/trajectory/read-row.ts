// One row of a file → its trajectories, each with where it is and what of it is in no step. The one way in, for whoever reads rows here
// and for threads that are sent them.
import { type BadRow, parseRow, type RawRow, type Row, type RowPlace } from '../../core/io/rows.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { importRow } from './formats/import.ts';
import { type Unused, unusedOf } from './unused.ts';

export interface TrajectoryRow {
  trajectory: Trajectory;
  /** With the row itself, as far as it is at hand. */
  place: RowPlace & Pick<BadRow, 'bytes'>;
  unused: Unused;
}

export function readRow(row: RawRow | Row | BadRow): (TrajectoryRow | BadRow)[] {
  const parsed = 'isEnded' in row ? parseRow(row) : row;
  if ('why' in parsed) return [parsed];
  const fields: string[] = [];
  const items = importRow(parsed, { onUnused: (field) => fields.push(field) });
  return items.map((item, n) =>
    'why' in item ? item : { trajectory: item, place: parsed, unused: unusedOf(item, n === 0 ? fields : []) },
  );
}
