// Append-only JSON lines: LF only (readline would also split on U+2028), a torn last line is skipped when read and cut when appended to.
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import { ConfigError } from '../schema/errors.ts';

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
): Promise<{ rows: T[]; bad: { line: number; why: string }[]; torn: boolean }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const rows: T[] = [];
  const bad: { line: number; why: string }[] = [];
  const take = (line: string, number: number): void => {
    const parsed = parseRow(line, schema);
    if ('row' in parsed) rows.push(parsed.row);
    else bad.push({ line: number, why: parsed.why });
  };
  lines.forEach((line, index) => {
    if (line.trim() !== '') take(line, index + 1);
  });
  // A file without a final newline may still end in a whole row (written by other tools) or in half of one (kill -9).
  const last = rest.trim() === '' ? undefined : parseRow(rest, schema);
  if (last && 'row' in last) rows.push(last.row);
  return { rows, bad, torn: last !== undefined && 'why' in last };
}

function parseRow<T>(line: string, schema: z.ZodType<T>): { row: T } | { why: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { why: `not JSON (${(error as Error).message})` };
  }
  const result = schema.safeParse(value);
  if (result.success) return { row: result.data };
  const issue = result.error.issues[0];
  return { why: `\`${issue?.path.join('.') ?? ''}\`: ${issue?.message ?? 'invalid'}` };
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
