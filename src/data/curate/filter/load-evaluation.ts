// Evaluation sets as they are published: only what tells an instance is asked of a row, so that rows of every schema will do.
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { readInputRows } from '../../../core/io/input-rows.ts';
import { reversePatch } from '../../../core/patch/reverse-patch.ts';
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

/** A suite, a task folder, or a file of rows in any form. Half an evaluation set would find half of the contamination. */
export async function loadEvaluationRows(source: string): Promise<EvaluationRow[]> {
  const isFile = await stat(source).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isFile) return loadInstances(source);
  const columns = Object.keys(rowSchema.shape);
  return (await readInputRows(source, rowSchema, { columns })).map(originFieldsOf);
}

/** The patch of a SWE-smith row is the bug. */
function originFieldsOf({ docker_image, ...row }: z.infer<typeof rowSchema>): EvaluationRow {
  const patch = row.repo?.startsWith('swesmith/') ? reversePatch(row.patch ?? '') : row.patch;
  return { ...row, image: row.image ?? docker_image, patch };
}
