// Rows of a user's file: known by what it holds, and nothing in it is passed over.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readInputRows, streamInputRows } from '../../../src/core/io/input-rows.ts';
import { temporaryFolder } from '../../support/temp.ts';

const rows = [
  { id: 'a', n: 1 },
  { id: 'b', n: 2 },
];
const schema = z.object({ id: z.string(), n: z.number() });
const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const zstd = (text: string): Buffer => execFileSync('zstd', ['-c', '-q'], { input: text });
const page = {
  features: [{ feature_idx: 0, name: 'id' }],
  rows: rows.map((row, row_idx) => ({ row_idx, row, truncated_cells: [] as string[] })),
  num_rows_total: 2,
};

function fileOf(content: string | Uint8Array, name = 'rows.txt'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

test.each<[string, string | Uint8Array]>([
  ['JSON lines', jsonl],
  ['JSON lines with a byte order mark and CRLF', `\ufeff${jsonl.replaceAll('\n', '\r\n')}`],
  ['JSON lines whose last has no newline', jsonl.trimEnd()],
  ['a list', JSON.stringify(rows)],
  ['a list with a byte order mark', `\ufeff${JSON.stringify(rows, null, 2)}`],
  ['an object by id', JSON.stringify({ a: rows[0], b: rows[1] }, null, 1)],
  ["a page of the datasets server, whose rows are in the rows' `row`", JSON.stringify(page)],
  ['gzip', gzipSync(jsonl)],
  ['a list in gzip', gzipSync(JSON.stringify(rows))],
  ['zstd', zstd(jsonl)],
  [
    'Parquet',
    parquet([
      { name: 'id', data: ['a', 'b'] },
      { name: 'n', data: [1, 2], type: 'INT32' },
    ]),
  ],
  [
    'Parquet with 64-bit integers',
    parquet([
      { name: 'id', data: ['a', 'b'] },
      { name: 'n', data: [1n, 2n] },
    ]),
  ],
])('%s is read, whatever the name of the file', async (_, content) => {
  expect(await readInputRows(fileOf(content), schema)).toEqual(rows);
});

describe('what cannot be taken is an error that says where, what and why:', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['text', 'hello\nworld\n', /rows\.txt:1: not JSON/],
    ['a last line that is cut', `${jsonl}{"id": "c", "n"`, /rows\.txt:3: the file ends within this row, not JSON/],
    ['an empty file', '', /rows\.txt: there are no rows in it/],
    ['blank lines', '\n \n', /rows\.txt: there are no rows in it/],
    ['an empty list', '[]', /rows\.txt: there are no rows in it/],
    ['a field of a line', '{"id": "a", "n": "x"}\n', /rows\.txt:1: `n`: expected number, found "x"/],
    ['a missing field', '{"id": "a", "m": 1}\n', /rows\.txt:1: `n` is missing; there are `id`, `m`\. Fix or remove/],
    [
      'an element of a list',
      JSON.stringify([rows[0], { id: 'b' }]),
      /rows\.txt: row 2: `n` is missing; there are `id`/,
    ],
    [
      'an entry of an object',
      JSON.stringify({ a: rows[0], b: { id: 'b', n: [] } }),
      /row "b": `n`: expected number, found \[\]/,
    ],
    ['a number', '7\n', /rows\.txt:1: expected object, found 7/],
    ['gzip that is cut', gzipSync(jsonl).subarray(0, -9), /gzip: unexpected end of file/],
    [
      'a row of Parquet',
      parquet([{ name: 'id', data: ['a', 'b'] }]),
      /rows\.txt: row 1: `n` is missing; there are `id`/,
    ],
    ['Parquet that is cut', parquet([{ name: 'id', data: ['a'] }]).subarray(0, -9), /no readable Parquet \(.+\)/],
    ['escapes', `{"id": "a", "n": "\\u001b[2J\\u009b\\u202e"}\n`, /found "\\u001b\[2J\\u009b\\u202e"/],
    [
      'cells that the datasets server cut',
      JSON.stringify({ rows: [{ row_idx: 0, row: rows[0], truncated_cells: ['id'] }] }),
      /row 1: the datasets server cut \["id"\]/,
    ],
  ])('%s', async (_, content, message) => {
    const error = await readInputRows(fileOf(content), schema).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ConfigError', message: expect.stringMatching(message) });
  });

  test('a missing file, and a folder', async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'rows'));
    await expect(readInputRows(join(dir, 'none'), schema)).rejects.toThrow(/none: no such file/);
    await expect(readInputRows(join(dir, 'rows'), schema)).rejects.toThrow(/rows: is a folder/);
  });
});

test('rows around a bad one come all the same, for whoever asks for them one by one', async () => {
  const read: unknown[] = [];
  for await (const row of streamInputRows(fileOf('{"id":"a"}\nnope\n{"id":"b"}\n')))
    read.push('reason' in row ? row.place.split('/').at(-1) : row.value);
  expect(read).toEqual([{ id: 'a' }, 'rows.txt:2', { id: 'b' }]);
});

test('keys like __proto__ are values as any other', async () => {
  const file = fileOf('{"__proto__": {"id": "a", "n": 1}, "constructor": {"id": "b", "n": 2}}');
  const keys: unknown[] = [];
  for await (const row of streamInputRows(file)) keys.push('key' in row && row.key);
  expect(keys).toEqual(['__proto__', 'constructor']);
  await expect(readInputRows(fileOf('{"__proto__": 1}\n'), schema)).rejects.toThrow('`id` is missing');
});

test.each<['GZIP' | 'BROTLI' | 'ZSTD', (bytes: Uint8Array) => Uint8Array]>([
  ['GZIP', gzipSync],
  ['BROTLI', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ['ZSTD', (bytes) => execFileSync('zstd', ['-c', '-q'], { input: bytes })],
])('a page of %s that holds more than it says is not decompressed beyond that', async (codec, compress) => {
  const bomb = compress(new Uint8Array(256 * 1024 * 1024));
  const columnData = [{ name: 'id', data: ['a'] }];
  const file = fileOf(new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors: { [codec]: () => bomb } })));
  const before = process.memoryUsage().rss;
  await expect(readInputRows(file, schema)).rejects.toThrow('row 1: no readable Parquet');
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

function parquet(columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData }));
}
