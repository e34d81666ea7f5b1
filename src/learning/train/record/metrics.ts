// metrics.jsonl: one row an update and one a validation, under TRL's names.
import { existsSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { JsonlWriter } from '../../../core/io/jsonl.ts';
import { readRows } from '../../../core/io/rows.ts';

export type Metrics = Record<string, number>;

/** Opens the log of a run that has done `update` updates, of which the last was validated or not: rows that a killed run wrote after its last
 * checkpoint will come again. `isValidation`: whether a row is one of a validation. */
export const openMetrics = (
  path: string,
  { update, isValidated }: { update: number; isValidated: boolean },
  isValidation: (row: object) => boolean = (row) => 'eval/reward' in row,
): Promise<JsonlWriter> =>
  openRowsUntil(
    path,
    (row: { update: number }) => row.update < update || (row.update === update && (isValidated || !isValidation(row))),
  );

/** Opens a file of rows for appending, without those from the first on that is not kept. */
export async function openRowsUntil<Row>(path: string, isKept: (row: Row) => boolean): Promise<JsonlWriter> {
  const cut = existsSync(path) ? await firstWhere(path, (row) => !isKept(row as Row)) : undefined;
  if (cut !== undefined) await truncate(path, cut);
  return JsonlWriter.open(path);
}

/** @unit bytes, from the start of the file */
async function firstWhere(path: string, isWanted: (row: unknown) => boolean): Promise<number | undefined> {
  for await (const row of readRows(path)) if ('value' in row && isWanted(row.value)) return row.byteOffset;
  return undefined;
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
