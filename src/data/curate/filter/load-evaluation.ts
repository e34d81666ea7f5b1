// Evaluation sets as they are published: only what tells an instance is asked of a row, so that rows of every schema will do.
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { isParquet, readParquetRows } from '../../../core/io/parquet.ts';
import { readRows } from '../../../core/io/rows.ts';
import { reversePatch } from '../../../core/patch/reverse-patch.ts';
import { messageOf, TaskError } from '../../../core/schema/errors.ts';
import { issueText } from '../../../world/task/issue-text.ts';
import { loadInstances } from '../../../world/task/load.ts';
import type { EvaluationRow } from './evaluation-set.ts';

/** Tables have nulls where a row says nothing. */
const told = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

const rowSchema = z.object({
  instance_id: z.string().min(1),
  repo: told,
  base_commit: told,
  image: told,
  docker_image: told,
  patch: told,
  split: told,
});

/** A suite, a task folder, or a file of rows: Parquet, JSON lines, a list, or an object by id; compressed or not. */
export async function loadEvaluationRows(source: string): Promise<EvaluationRow[]> {
  const isFile = await stat(source).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isFile) return loadInstances(source);
  const rows = (await isParquet(source)) ? await readParquet(source) : await readJson(source);
  if (rows.length === 0)
    throw new TaskError(`${source}: holds no instance. Give a suite, a task folder, JSONL, JSON or Parquet.`);
  return rows;
}

async function readParquet(source: string): Promise<EvaluationRow[]> {
  const rows = await readParquetRows(source, Object.keys(rowSchema.shape)).catch((error) => {
    throw new TaskError(`${source}: no readable Parquet (${messageOf(error)}). Fetch it again.`, { cause: error });
  });
  return rows.map((row, index) => readRow(row, `${source}: row ${index + 1}`));
}

async function readJson(source: string): Promise<EvaluationRow[]> {
  const rows: EvaluationRow[] = [];
  for await (const row of readRows(source)) {
    // Half an evaluation set would find half of the contamination.
    if ('why' in row) throw new TaskError(`${source}:${row.line}: ${row.why}. Mend or remove that row.`);
    for (const value of valuesOf(row.value)) rows.push(readRow(value, `${source}:${row.line}`));
  }
  return rows;
}

/** SWE-bench publishes lists, and objects by instance id. */
function valuesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const parts = Object.values(value ?? {});
  return parts.length > 0 && parts.every((part) => typeof part === 'object' && part !== null) ? parts : [value];
}

/** The patch of a SWE-smith row is the bug. */
function readRow(value: unknown, place: string): EvaluationRow {
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) throw new TaskError(`${place}: ${issueText(parsed.error)}. Mend or remove that row.`);
  const { docker_image, ...row } = parsed.data;
  const patch = row.repo?.startsWith('swesmith/') ? reversePatch(row.patch ?? '') : row.patch;
  return { ...row, image: row.image ?? docker_image, patch };
}
