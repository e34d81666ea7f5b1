// Rows of a file that a user gives, in whatever form: here nothing is forgiven. A file that is missing, empty or cut would be taken for one
// that says less than it does.
import type { z } from 'zod';
import { ConfigError } from '../schema/errors.ts';
import { issueText } from '../schema/issue-text.ts';
import { type Element, elementsOf } from './document-rows.ts';
import { type BadRow, placeText, type RowLimits, readRows } from './rows.ts';

export interface InputRow {
  value: unknown;
  /** For people. */
  place: string;
  /** Under which it is found, in an object by id. */
  key?: string;
}

export interface RefusedRow {
  place: string;
  reason: string;
}

/** All rows of a file, in order; those of a list or of an object by id too. Throws when there is no such file, or no row in it. */
export async function* streamInputRows(file: string, limits: RowLimits = {}): AsyncGenerator<InputRow | RefusedRow> {
  let count = 0;
  try {
    for await (const row of readRows(file, limits)) {
      const found: (InputRow | RefusedRow)[] =
        'why' in row
          ? [{ place: placeText(row), reason: reasonOf(row) }]
          : elementsOf(row.value).map((element) => withPlace(element, placeText(row), file));
      yield* found;
      count += found.length;
    }
  } catch (error) {
    throw cannotBeRead(file, error);
  }
  if (count === 0) throw new ConfigError(`${file}: there are no rows in it. Give a file with at least one.`);
}

/** As above, all of them, each as the schema reads it. One that cannot be read is an error: the rest would be something else. */
export async function readInputRows<T>(file: string, schema: z.ZodType<T>, limits: RowLimits = {}): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of streamInputRows(file, limits)) rows.push(parseInputRow(row, schema));
  return rows;
}

/** `advice`: what to do about a row that is refused. */
export function parseInputRow<T>(
  row: InputRow | RefusedRow,
  schema: z.ZodType<T>,
  advice = 'Fix or remove that row',
): T {
  if ('reason' in row) throw new ConfigError(`${row.place}: ${row.reason}. ${advice}.`);
  const parsed = schema.safeParse(row.value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${row.place}: ${issueText(parsed.error, row.value)}. ${advice}.`);
}

/** A user's file that cannot be opened, in one line. */
export function cannotBeRead(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new ConfigError(`${file}: no such file. Check the path.`, { cause: error });
  if (code === 'EISDIR') return new ConfigError(`${file}: is a folder. Give a file of rows.`, { cause: error });
  if (code === 'EACCES') return new ConfigError(`${file}: you may not read it (EACCES).`, { cause: error });
  return error;
}

const reasonOf = ({ why, isTorn }: BadRow): string =>
  isTorn ? `the file ends within this row, ${why}; it was not written or fetched to its end` : why;

function withPlace({ name, ...element }: Element, row: string, file: string): InputRow | RefusedRow {
  const place = name === undefined ? row : `${file}: row ${name}`;
  return { ...element, place };
}
