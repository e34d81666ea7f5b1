// The formats that trajectories can be read from and written to, by name. A row tells its own format.
import { z } from 'zod';
import { scanJsonl } from '../../run/jsonl.ts';
import { type Trajectory, trajectorySchema } from '../../schema/trajectory.ts';
import { toOpenai } from './openai.ts';
import { fromSweSmith, sweSmithSchema, toSweSmith } from './swe-smith.ts';

export const writers: Record<string, (trajectory: Trajectory) => unknown> = {
  stepwright: (trajectory) => trajectory,
  'swe-smith': toSweSmith,
  openai: toOpenai,
};

/** Rows of any known format; what could not be read is counted by reason. */
export async function readAnyTrajectories(
  path: string,
): Promise<{ trajectories: Trajectory[]; dropped: Record<string, number> }> {
  const { rows, bad, torn } = await scanJsonl(path, z.record(z.string(), z.unknown()));
  const dropped: Record<string, number> = {};
  const drop = (why: string): void => {
    dropped[why] = (dropped[why] ?? 0) + 1;
  };
  for (const { why } of bad) drop(why);
  if (torn) drop('the last line is torn in half');
  const trajectories = rows.flatMap((row) => {
    const parsed = 'schema_version' in row ? trajectorySchema.safeParse(row) : readSweSmith(row);
    if (parsed.success) return [parsed.data];
    const issue = parsed.error.issues[0];
    drop(`\`${issue?.path.join('.')}\`: ${issue?.message}`);
    return [];
  });
  return { trajectories, dropped };
}

const readSweSmith = (row: unknown) => sweSmithSchema.transform(fromSweSmith).safeParse(row);
