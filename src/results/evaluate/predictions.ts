// Predictions as SWE-bench reads them: `.jsonl`, a JSON list, or a JSON object keyed by id; `gold` stands for each instance's own patch.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readJsonl } from '../../core/io/jsonl.ts';
import { ConfigError, messageOf } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { type Prediction, predictionSchema } from '../../core/schema/verdict.ts';

export async function loadPredictions(file: string, instances: readonly Instance[]): Promise<Prediction[]> {
  if (file === 'gold') return instances.map(goldPrediction);
  const predictions = /\.jsonl(\.gz)?$/.test(file) ? await readRows(file) : await readDocument(file);
  const repeated = predictions.find(({ instance_id }, at) =>
    predictions.slice(0, at).some((earlier) => earlier.instance_id === instance_id),
  );
  if (repeated)
    throw new ConfigError(`${file}: more than one prediction for ${repeated.instance_id}. Keep one an instance.`);
  return predictions;
}

export const goldPrediction = ({ instance_id, patch }: Instance): Prediction => ({
  instance_id,
  model_name_or_path: 'gold',
  model_patch: patch,
});

async function readRows(file: string): Promise<Prediction[]> {
  const rows = await readJsonl(file, predictionSchema);
  if (rows.length === 0) throw new ConfigError(`${file}: no predictions. Give a file with at least one row.`);
  return rows;
}

const documentSchema = z
  .union([z.array(predictionSchema), z.record(z.string(), predictionSchema)])
  .transform((value) => (Array.isArray(value) ? value : Object.values(value)));

async function readDocument(file: string): Promise<Prediction[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`--predictions ${file}: ${messageOf(error)}. Give a .json or .jsonl file, or \`gold\`.`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file}: not JSON (${messageOf(error)}).`);
  }
  const { data } = documentSchema.safeParse(value);
  if (data === undefined)
    throw new ConfigError(
      `${file}: expected a list of {instance_id, model_name_or_path, model_patch}, or an object of them by id.`,
    );
  return data;
}
