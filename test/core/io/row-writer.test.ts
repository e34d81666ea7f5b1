// Files of rows that are there whole, or not at all.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openRowWriter } from '../../../src/core/io/row-writer.ts';
import { temporaryFolder } from '../../support/temp.ts';

const rows = Array.from({ length: 3000 }, (_, k) => ({ k, text: 'x'.repeat(100) }));
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test.each(['rows.jsonl', 'deep/rows.jsonl.gz'])('%s holds every row once it is committed', async (name) => {
  const path = join(temporaryFolder(), name);
  {
    await using writer = await openRowWriter(path);
    for (const row of rows) await writer.write(row);
    await writer.commit();
  }
  const bytes = readFileSync(path);
  expect((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()).toBe(lines);
  expect(readdirSync(join(path, '..'))).toHaveLength(1);
});

test('whoever does not commit leaves nothing behind', async () => {
  const dir = temporaryFolder();
  {
    await using writer = await openRowWriter(join(dir, 'rows.jsonl'));
    for (const row of rows) await writer.write(row);
  }
  expect(readdirSync(dir)).toEqual([]);
});

test('a disk that cannot be written to is told', async () => {
  const dir = temporaryFolder();
  const full = async (): Promise<void> => {
    await using writer = await openRowWriter(join(dir, 'a'.repeat(250)));
    for (const row of rows) await writer.write(row);
    await writer.commit();
  };
  await expect(full()).rejects.toThrow('ENAMETOOLONG');
});
