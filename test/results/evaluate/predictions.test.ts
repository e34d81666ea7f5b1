import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { loadPredictions } from '../../../src/results/evaluate/predictions.ts';
import { anInstance } from '../../support/instance.ts';
import { temporaryFolder } from '../../support/temp.ts';

const rows = [
  { instance_id: 'a', model_name_or_path: 'm', model_patch: 'p' },
  { instance_id: 'b', model_name_or_path: 'm', model_patch: null },
];

const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join('');

function file(name: string, text: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const instances = ['a', 'b'].map((instance_id) => anInstance({ instance_id, patch: 'fix' }));

test.each<[string, string | Uint8Array]>([
  ['rows.jsonl', jsonl],
  ['list.json', JSON.stringify(rows)],
  ['dict.json', JSON.stringify({ a: rows[0], b: rows[1] })],
  ['marked.json', `\ufeff${JSON.stringify(rows)}`],
  ['lines.json', jsonl],
  ['rows.jsonl.gz', gzipSync(jsonl)],
  ['with-more-keys.jsonl', jsonl.replaceAll('"model_patch"', '"extra":{},"model_patch"')],
])('%s is read', async (name, text) => {
  expect(await loadPredictions(file(name, text), instances)).toEqual({ predictions: rows, unknown: 0 });
});

test('gold is each instance’s own patch', async () => {
  expect((await loadPredictions('gold', instances)).predictions[0]).toEqual({
    instance_id: 'a',
    model_name_or_path: 'gold',
    model_patch: 'fix',
  });
});

test.each([
  ['cut.json', '[{"instance_id": "a"', /cut\.json: row 1: the file ends within this row/],
  ['torn.jsonl', jsonl.slice(0, -10), /torn\.jsonl:2: the file ends within this row/],
  ['other.json', '{"a": 1}', /other\.json:1: `instance_id` is missing; there are `a`\. A prediction is \{instance_id,/],
  ['missing.jsonl', '{"instance_id": "a", "model_name_or_path": "m"}\n', /missing\.jsonl:1: `model_patch` is missing/],
  ['one-of-many.json', JSON.stringify([rows[0], { ...rows[1], model_patch: 3 }]), /row 2: `model_patch`: .+ found 3/],
  ['twice.json', JSON.stringify([rows[0], rows[0]]), /row 2: "a" has a prediction at \S+: row 1 already/],
  ['key.json', JSON.stringify({ b: rows[0] }), /row "b": it has the `instance_id` "a"/],
  ['empty.jsonl', '', /there are no rows in it/],
  ['none-known.jsonl', jsonl.replace('"a"', '"y"').replace('"b"', '"z"'), /2 of 2 .* none of the 2 .* \(y, z\)/],
])('%s says what is wrong', async (name, text, message) => {
  await expect(loadPredictions(file(name, text), instances)).rejects.toThrow(message);
});

test('predictions for other instances are counted, named and left out', async () => {
  const others = Array.from({ length: 5 }, (_, n) => ({ ...rows[0], instance_id: `other-${n}` }));
  const events: RunEvent[] = [];
  const path = file('some.json', JSON.stringify([...rows, ...others]));
  const loaded = await loadPredictions(path, instances, (event) => events.push(event));
  expect(loaded).toEqual({ predictions: rows, unknown: 5 });
  expect(events).toEqual([
    {
      type: 'warn',
      text: `${path}: 5 of 7 predictions are for none of the 2 selected instances (other-0, other-1, other-2, …); they are not scored`,
    },
  ]);
});

test('a file that is not there is named', async () => {
  await expect(loadPredictions('/nowhere/preds.json', [])).rejects.toThrow('/nowhere/preds.json: no such file');
});
