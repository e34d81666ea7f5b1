// Rows of a run folder, which this program wrote itself: a run that was killed may have left half a line at the end, or no file yet.

import type { z } from 'zod';
import { countOf } from '../run/count-of.ts';
import type { Emit } from '../run/events.ts';
import { writeFileAtomic } from '../run/files.ts';
import { ConfigError } from '../schema/errors.ts';
import { issueText } from '../schema/issue-text.ts';
import { rejectedPath, rejectedRow } from './rejected-row.ts';
import { type BadRow, placeText, readRows } from './rows.ts';

/** Every whole row. A torn last line and a missing file are what an interrupted run leaves; any other malformed row is an error. */
export async function readOwnRows<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const { rows, bad } = await scan(path, schema);
  if (bad[0] !== undefined) throw new ConfigError(`${placeText(bad[0])}: ${bad[0].why}. Fix or remove that row.`);
  return rows;
}

/** As `readOwnRows`, for a run that goes on: a row that cannot be read never holds up the others, its work is done again. It stays in the
 * file; `<path>.rejected.jsonl` says which it is and why. */
export async function resumeRows<T>(
  path: string,
  schema: z.ZodType<T>,
  emit: Emit,
): Promise<{ rows: T[]; rejected: number }> {
  const { rows, bad } = await scan(path, schema);
  const [first] = bad;
  if (first === undefined) return { rows, rejected: 0 };
  const aside = rejectedPath(path);
  await writeFileAtomic(aside, bad.map((row) => `${JSON.stringify(rejectedRow(row))}\n`).join(''));
  emit({
    type: 'warn',
    text: `${path}: ${bad.length} of ${countOf(rows.length + bad.length, 'row')} cannot be read and are done again (line ${first.line}: ${first.why}); see ${aside}`,
  });
  return { rows, rejected: bad.length };
}

async function scan<T>(path: string, schema: z.ZodType<T>): Promise<{ rows: T[]; bad: BadRow[] }> {
  const rows: T[] = [];
  const bad: BadRow[] = [];
  try {
    for await (const row of readRows(path)) {
      if ('why' in row) {
        if (!row.isTorn) bad.push(row);
        continue;
      }
      const parsed = schema.safeParse(row.value);
      if (parsed.success) rows.push(parsed.data);
      else bad.push({ ...row, why: issueText(parsed.error, row.value) });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { rows, bad };
}
