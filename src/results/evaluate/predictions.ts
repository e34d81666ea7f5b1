// Predictions as SWE-bench reads them: rows of a file in any form, or an object by id; `gold` stands for each instance's own patch.
import { parseInputRow, streamInputRows } from '../../core/io/input-rows.ts';
import { countOf } from '../../core/run/count-of.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { clipJson, escapeControls } from '../../core/schema/escape-controls.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { type Prediction, predictionSchema } from '../../core/schema/verdict.ts';

export interface LoadedPredictions {
  predictions: Prediction[];
  /** How many are for instances that are not of this run. */
  unknown: number;
}

/** Those for instances of this run; the others are counted and named, since a rate without them may be another. */
export async function loadPredictions(
  file: string,
  instances: readonly Instance[],
  emit: Emit = silent,
): Promise<LoadedPredictions> {
  if (file === 'gold') return { predictions: instances.map(goldPrediction), unknown: 0 };
  const predictions = await readPredictions(file);
  const ids = new Set(instances.map(({ instance_id }) => instance_id));
  const unknown = predictions.filter(({ instance_id }) => !ids.has(instance_id));
  if (unknown.length === 0) return { predictions, unknown: 0 };
  const what = `${unknown.length} of ${countOf(predictions.length, 'prediction')} ${unknown.length === 1 ? 'is' : 'are'} for none of the ${countOf(ids.size, 'selected instance')} (${namesOf(unknown)})`;
  if (unknown.length === predictions.length)
    throw new ConfigError(`${file}: ${what}. Select theirs with --tasks, or check the ids.`);
  emit({ type: 'warn', text: `${file}: ${what}; they are not scored` });
  return { predictions: predictions.filter(({ instance_id }) => ids.has(instance_id)), unknown: unknown.length };
}

export const goldPrediction = ({ instance_id, patch }: Instance): Prediction => ({
  instance_id,
  model_name_or_path: 'gold',
  model_patch: patch,
});

async function readPredictions(file: string): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  const places = new Map<string, string>();
  for await (const row of streamInputRows(file)) {
    const prediction = parseInputRow(row, predictionSchema, ADVICE);
    const { instance_id: id } = prediction;
    if ('key' in row && row.key !== undefined && row.key !== id)
      throw new ConfigError(`${row.place}: it has the \`instance_id\` ${clipJson(id)}. Make key and id the same.`);
    const before = places.get(id);
    if (before !== undefined)
      throw new ConfigError(
        `${row.place}: ${clipJson(id)} has a prediction at ${before} already. Keep one an instance.`,
      );
    places.set(id, row.place);
    predictions.push(prediction);
  }
  return predictions;
}

const ADVICE = 'A prediction is {instance_id, model_name_or_path, model_patch}; fix or remove that row';

const SHOWN_IDS = 3;

function namesOf(predictions: readonly Prediction[]): string {
  const ids = predictions.slice(0, SHOWN_IDS).map(({ instance_id }) => escapeControls(instance_id.slice(0, 80)));
  return `${ids.join(', ')}${predictions.length > SHOWN_IDS ? ', …' : ''}`;
}
