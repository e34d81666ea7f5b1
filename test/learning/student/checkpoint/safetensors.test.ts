import { statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '../../../../src/core/schema/errors.ts';
import {
  type LazyArray,
  type NamedArray,
  openSafetensors,
  writeSafetensors,
} from '../../../../src/learning/student/checkpoint/safetensors.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { farthest, fixture, numbers } from '../support.ts';

type Named = [string, NamedArray];

const arrays = (): Named[] => [
  ['b', { shape: [2, 3], data: numbers(6) }],
  ['a', { shape: [5], data: numbers(5, 2) }],
];

const temporaryFile = (): string => join(temporaryFolder(), 'w.safetensors');

async function readAll(path: string) {
  await using file = await openSafetensors(path);
  const read: Named[] = [];
  for (const [name, shape] of file.shapes) {
    const data = new Float32Array(shape.reduce((product, axis) => product * axis, 1));
    await file.read(name, data);
    read.push([name, { shape: [...shape], data }]);
  }
  return read;
}

async function roundTrip(written: Named[], dtype?: 'F32' | 'BF16') {
  const path = temporaryFile();
  await writeSafetensors(path, written, dtype);
  return readAll(path);
}

/** A file of one tensor `x`. */
async function fileOf(entry: { dtype: string; shape: number[] }, body: Uint8Array): Promise<string> {
  const header = Buffer.from(JSON.stringify({ x: { ...entry, data_offsets: [0, body.length] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const path = temporaryFile();
  await writeFile(path, Buffer.concat([length, header, body]));
  return path;
}

test('F32 comes back bit for bit, in order', async () => {
  expect(await roundTrip(arrays())).toEqual(arrays());
});

test('a tensor may be made when those before it are in the file', async () => {
  const path = temporaryFile();
  const sizes: number[] = [];
  const made = arrays().map(([name, { shape, data }]): [string, LazyArray] => [
    name,
    {
      shape,
      data: () => {
        sizes.push(statSync(path).size);
        return data;
      },
    },
  ]);
  await writeSafetensors(path, made);
  expect(await readAll(path)).toEqual(arrays());
  expect(sizes[1]! - sizes[0]!).toBe(4 * 6);
});

test('BF16 comes back rounded to nearest', async () => {
  const back = new Map(await roundTrip(arrays(), 'BF16'));
  for (const [name, { data }] of arrays()) expect(farthest(back.get(name)!.data, data)).toBeLessThan(2 ** -9);
  const exact = { shape: [3], data: Float32Array.from([1.5, -2, 0]) };
  expect(await roundTrip([['x', exact]], 'BF16')).toEqual([['x', exact]]);
});

test('F16: normal, subnormal, infinite, negative', async () => {
  const body = Buffer.from(Uint16Array.from([0x3c01, 0x0001, 0x7c00, 0xc000]).buffer);
  const read = await readAll(await fileOf({ dtype: 'F16', shape: [4] }, body));
  expect([...read[0]![1].data]).toEqual([1 + 2 ** -10, 2 ** -24, Number.POSITIVE_INFINITY, -2]);
});

test('a tensor larger than what is read at once', async () => {
  const data = numbers(2 ** 24 + 3);
  const read = await roundTrip([['x', { shape: [data.length], data }]]);
  expect(Buffer.compare(Buffer.from(read[0]![1].data.buffer), Buffer.from(data.buffer))).toBe(0);
});

test('written files carry the metadata that transformers asks for, and an aligned body', async () => {
  const path = temporaryFile();
  await writeSafetensors(path, arrays());
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE(0));
  expect(length % 8).toBe(0);
  expect(JSON.parse(bytes.subarray(8, 8 + length).toString()).__metadata__).toEqual({ format: 'pt' });
});

test.each([
  ['cut short', async (whole: Buffer) => whole.subarray(0, -8), /w\.safetensors: tensor .* is cut short/],
  [
    'something else',
    async () => Buffer.from('hello, world'),
    /w\.safetensors: not a safetensors file \(a header of \d+/,
  ],
  ['empty', async () => Buffer.alloc(0), /w\.safetensors: not a safetensors file \(0 bytes where 8 should be/],
])('a file that is %s is told in one line', async (_, spoil, message) => {
  const path = temporaryFile();
  await writeFile(path, await spoil(await readFile(fixture('qwen2-tiny-tied/model.safetensors'))));
  await expect(openSafetensors(path)).rejects.toThrow(message);
});

test.each(['I64', 'constructor', '__proto__'])('a type that cannot be read, %s, is named', async (dtype) => {
  const path = await fileOf({ dtype, shape: [1] }, Buffer.alloc(8));
  await expect(openSafetensors(path)).rejects.toThrow(
    `tensor x has type ${dtype}; only F32, F16 and BF16 can be read.`,
  );
});

test.each<[string, unknown, RegExp]>([
  ['a tensor without a shape', { x: { dtype: 'F32', data_offsets: [0, 4] } }, /tensor x: `shape` is missing/],
  ['a shape that is no list', { x: { dtype: 'F32', shape: 1, data_offsets: [0, 4] } }, /tensor x: `shape`: .*found 1/],
  ['an axis that is no size', { x: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, /tensor x: `shape\.0`/],
  ['a single offset', { x: { dtype: 'F32', shape: [1], data_offsets: [0] } }, /tensor x: `data_offsets/],
  ['a tensor that is null', { x: null }, /tensor x: .*found null/],
  ['a header that is a list', [], /not a safetensors file \(its header is no object\)/],
])('%s is one clear line', async (_, header, message) => {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = temporaryFile();
  await writeFile(path, Buffer.concat([length, text, Buffer.alloc(4)]));
  const refusal = openSafetensors(path);
  await expect(refusal).rejects.toThrow(message);
  await expect(refusal).rejects.toBeInstanceOf(ConfigError);
});
