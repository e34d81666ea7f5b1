import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Instance } from '../../../src/core/schema/instance.ts';
import { loadPredictions } from '../../../src/results/evaluate/predictions.ts';
import { temporaryFolder } from '../../support/temp.ts';

const rows = [
  { instance_id: 'a', model_name_or_path: 'm', model_patch: 'p' },
  { instance_id: 'b', model_name_or_path: 'm', model_patch: null },
];

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

test.each([
  ['rows.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join('')],
  ['list.json', JSON.stringify(rows)],
  ['dict.json', JSON.stringify({ a: rows[0], b: rows[1] })],
])('%s is read', async (name, text) => {
  expect(await loadPredictions(file(name, text), [])).toEqual(rows);
});

test('gold is each instance’s own patch', async () => {
  const instances = [{ instance_id: 'a', patch: 'fix' } as Instance];
  expect(await loadPredictions('gold', instances)).toEqual([
    { instance_id: 'a', model_name_or_path: 'gold', model_patch: 'fix' },
  ]);
});

test.each([
  ['torn.json', '[{"instance_id": "a"', /not JSON/],
  ['other.json', '{"a": 1}', /expected a list of \{instance_id, model_name_or_path, model_patch\}/],
  ['missing.jsonl', '{"instance_id": "a", "model_name_or_path": "m"}\n', /missing\.jsonl:1: `model_patch`/],
  ['twice.json', JSON.stringify([rows[0], rows[0]]), /more than one prediction for a/],
  ['empty.jsonl', '', /no predictions/],
])('%s says what is wrong', async (name, text, message) => {
  await expect(loadPredictions(file(name, text), [])).rejects.toThrow(message);
});

test('a file that is not there is named', async () => {
  await expect(loadPredictions('/nowhere/preds.json', [])).rejects.toThrow(
    /--predictions \/nowhere\/preds\.json: ENOENT/,
  );
});
