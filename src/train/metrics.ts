// metrics.jsonl: one row an update and one a validation, under TRL's names.
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../run/files.ts';
import { JsonlWriter } from '../run/jsonl.ts';

export type Metrics = Record<string, number>;

/** Opens the log of a run that has done `update` updates: rows that a killed run wrote after its last checkpoint will come again. */
export async function openMetrics(path: string, update: number): Promise<JsonlWriter> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text !== undefined) {
    const lines = text.split('\n').slice(0, -1);
    const kept = lines.filter((line) => (JSON.parse(line) as { update: number }).update <= update);
    await writeFileAtomic(path, kept.map((line) => `${line}\n`).join(''));
  }
  return JsonlWriter.open(path);
}

const SHOWN = [
  'loss',
  'reward',
  'reward_std',
  'grad_norm',
  'completions/mean_length',
  'step_time',
  'tokens_per_second',
];

/** What a person wants to see of a row. */
export const renderMetrics = (metrics: Metrics): string =>
  Object.entries(metrics)
    .filter(([name]) => SHOWN.includes(name) || name.startsWith('eval/'))
    .map(([name, value]) => `${name.split('/').at(-1)} ${Number(value.toPrecision(4))}`)
    .join(', ');
