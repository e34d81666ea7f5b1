// Append-only JSON lines of one schema: a torn last line is skipped when read and cut when appended to.
import { type FileHandle, open } from 'node:fs/promises';
import type { z } from 'zod';
import { ConfigError } from '../schema/errors.ts';
import { type BadRow, type Row, readRows } from './rows.ts';

/** Reads every whole row of a JSONL file (`.gz` too). A missing file has no rows; a malformed row names its line. */
export async function readJsonl<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const scanned = await scanJsonl(path, schema);
  refuseBad(path, scanned.bad);
  return scanned.rows;
}

export function refuseBad(path: string, bad: readonly { line: number; why: string }[]): void {
  if (bad[0] !== undefined) throw new ConfigError(`${path}:${bad[0].line}: ${bad[0].why}. Mend or remove that line.`);
}

/** As `readJsonl`, but malformed rows are returned beside the good ones instead of thrown. `torn`: the last line is half a row. */
export async function scanJsonl<T>(
  path: string,
  schema: z.ZodType<T>,
): Promise<{ rows: T[]; bad: BadRow[]; torn: boolean }> {
  const rows: T[] = [];
  const bad: BadRow[] = [];
  let torn = false;
  try {
    for await (const row of readRows(path)) {
      const checked = checkRow(row, schema);
      if ('data' in checked) rows.push(checked.data);
      else if (checked.isTorn) torn = true;
      else bad.push(checked);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { rows, bad, torn };
}

/** The row as the schema knows it, or what the schema has against it. */
export function checkRow<T>(row: Row | BadRow, schema: z.ZodType<T>): { data: T } | BadRow {
  if ('why' in row) return row;
  const result = schema.safeParse(row.value);
  if (result.success) return { data: result.data };
  const { value: _, ...place } = row;
  const issue = result.error.issues[0];
  return { ...place, why: `\`${issue?.path.join('.') ?? ''}\`: ${issue?.message ?? 'invalid'}` };
}

/** Appends whole rows, one write at a time; rows are on their way to disk when `append` resolves. */
export class JsonlWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  #tail: Promise<void> = Promise.resolve();
  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens for appending and cuts half a row that a killed process may have left at the end. */
  static async open(path: string): Promise<JsonlWriter> {
    const file = await open(path, 'a+');
    const bytes = await file.readFile();
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) await file.truncate(end);
    return new JsonlWriter(file);
  }

  append(row: unknown): Promise<void> {
    const line = `${JSON.stringify(row)}\n`;
    this.#tail = this.#tail.then(async () => {
      await this.#file.appendFile(line);
    });
    return this.#tail;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail.catch(() => undefined);
    await this.#file.close();
  }
}
