import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { renderAction } from '../../../../src/agents/loop/action.ts';
import type { StepInstance } from '../../../../src/core/schema/step-instance.ts';
import { encodeRows } from '../../../../src/data/step/dataset/encode.ts';
import { datasetFormats } from '../../../../src/data/step/dataset/formats.ts';
import { openDataset } from '../../../../src/data/step/dataset/shards.ts';
import { temporaryFolder } from '../../../support/temp.ts';

const instance = (i: number): StepInstance => ({
  id: `t#${i}`,
  instance_id: 'i',
  trajectory_id: 't',
  step: i,
  steps: 2500,
  prompt: [
    { role: 'user', content: 'é🙂 the issue' },
    { role: 'assistant', content: `action ${i}` },
  ],
  action: renderAction({ name: 'bash', arguments: { command: `ls ${i}` } }),
  thought: '',
  tool: 'bash',
  kind: 'view',
  split: 'train',
  ...(i % 2 === 0 && { parsed: true, command: { index: 0, count: 1, bytes: [0, 4], cwd: '/testbed' } }),
});
const instances = Array.from({ length: 2500 }, (_, i) => instance(i));
const columns = datasetFormats.stepwright.columns;

/** Rows arrive in pieces of `size`. */
async function write(path: string, { size = 700, shardRows = 0, rows = instances as object[], as = columns } = {}) {
  await using dataset = await openDataset(path, as, shardRows);
  for (let from = 0; from < rows.length; from += size)
    await dataset.write(encodeRows(rows.slice(from, from + size) as StepInstance[]));
  return await dataset.commit();
}

const readLines = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const readParquet = async (path: string) => await parquetReadObjects({ file: await asyncBufferFromFile(path) });

describe('a data set on disk', () => {
  test('is one file of JSON lines, there only when it is whole', async () => {
    const dir = temporaryFolder();
    const path = join(dir, 'new/steps.jsonl');
    expect(await write(path)).toEqual([path]);
    expect(readLines(path)).toEqual(instances);
    expect(readdirSync(join(dir, 'new'))).toEqual(['steps.jsonl']);
  });

  test('leaves nothing behind when it is not finished', async () => {
    const dir = temporaryFolder();
    {
      await using dataset = await openDataset(join(dir, 'steps.jsonl'), columns);
      await dataset.write(encodeRows(instances.slice(0, 10)));
    }
    expect(readdirSync(dir)).toEqual([]);
  });

  test.each(['jsonl', 'parquet'])(
    'in shards of %s has so many rows each, whatever the pieces they came in',
    async (ext) => {
      const dir = temporaryFolder();
      const files = await write(join(dir, `steps.${ext}`), { shardRows: 999 });
      expect(readdirSync(dir).sort()).toEqual([0, 1, 2].map((i) => `steps-0000${i}.${ext}`));
      const parts = await Promise.all(files.map((file) => (ext === 'jsonl' ? readLines(file) : readParquet(file))));
      expect(parts.map((part) => part.length)).toEqual([999, 999, 502]);
      expect(parts.flat().map((row) => (row as StepInstance).id)).toEqual(instances.map(({ id }) => id));
      const again = await write(join(dir, `other.${ext}`), { shardRows: 999, size: 113 });
      const contentsOf = (paths: string[]): string[] => paths.map((path) => readFileSync(path, 'latin1'));
      expect(contentsOf(again)).toEqual(contentsOf(files));
    },
  );

  test('removes the shards of a longer one that was there before, and nothing else', async () => {
    const dir = temporaryFolder();
    for (const name of ['steps-00009.jsonl', 'steps-old.jsonl', 'more-00009.jsonl']) writeFileSync(join(dir, name), '');
    await write(join(dir, 'steps.jsonl'), { shardRows: 5000 });
    expect(readdirSync(dir).sort()).toEqual(['more-00009.jsonl', 'steps-00000.jsonl', 'steps-old.jsonl']);
  });

  test('of no rows is an empty file', async () => {
    const dir = temporaryFolder();
    await write(join(dir, 'steps.jsonl'), { rows: [] });
    await write(join(dir, 'steps.parquet'), { rows: [] });
    expect(readFileSync(join(dir, 'steps.jsonl'), 'utf8')).toBe('');
    expect(await readParquet(join(dir, 'steps.parquet'))).toEqual([]);
  });
});

test.each(['stepwright', 'trl', 'verl'] as const)('Parquet holds the rows of %s as they are', async (name) => {
  const { toRow, columns } = datasetFormats[name];
  const rows = instances.map((instance) => toRow(instance));
  const path = join(temporaryFolder(), 'steps.parquet');
  await write(path, { rows, as: columns });
  expect(await readParquet(path)).toEqual(rows.map((row) => expect.objectContaining(row)));
});
