// Trajectories of the files that a command was given, one at a time, each with where it stands.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { checkRow } from '../run/jsonl.ts';
import { type BadRow, type RowPlace, readRows } from '../run/rows.ts';
import { ConfigError } from '../schema/errors.ts';
import { type Trajectory, trajectorySchema } from '../schema/trajectory.ts';
import { fromSweSmith, sweSmithSchema } from '../trajectory/formats/swe-smith.ts';

const anySchema = z.union([trajectorySchema, sweSmithSchema.transform(fromSweSmith)]) as z.ZodType<Trajectory>;

export async function* readTrajectoryRows(
  files: readonly string[],
): AsyncGenerator<{ trajectory: Trajectory; place: RowPlace } | BadRow> {
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new ConfigError(`${missing}: no such file. Give files of trajectories.`);
  for (const file of files)
    for await (const row of readRows(file)) {
      const checked = checkRow(row, anySchema);
      if ('why' in checked) yield checked;
      else yield { trajectory: checked.data, place: row };
    }
}
