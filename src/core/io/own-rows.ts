// Rows of a run folder, which this program wrote itself: a run that was killed may have left half a line at the end, or no file yet.
import type { z } from 'zod';
import { ConfigError } from '../schema/errors.ts';
import { issueText } from '../schema/issue-text.ts';
import { placeText, readRows } from './rows.ts';

/** Every whole row. A torn last line and a missing file are what an interrupted run leaves; any other malformed row is an error. */
export async function readOwnRows<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const rows: T[] = [];
  try {
    for await (const row of readRows(path)) {
      if ('why' in row && row.isTorn) continue;
      const parsed = 'why' in row ? undefined : schema.safeParse(row.value);
      if (parsed?.success) rows.push(parsed.data);
      else {
        const reason = 'why' in row ? row.why : issueText(parsed!.error!, row.value);
        throw new ConfigError(`${placeText(row)}: ${reason}. Fix or remove that row.`);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return rows;
}
