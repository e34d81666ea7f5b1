import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSafetensors, renderSafetensors } from '../../src/student/safetensors.ts';
import { farthest, fixture, numbers } from './support.ts';

const arrays = (): [string, { shape: number[]; data: Float32Array }][] => [
  ['b', { shape: [2, 3], data: numbers(6) }],
  ['a', { shape: [5], data: numbers(5, 2) }],
];

test('F32 comes back bit for bit, in order', () => {
  const back = parseSafetensors(renderSafetensors(arrays()), 'x');
  expect([...back]).toEqual(arrays());
});

test('BF16 comes back rounded to nearest', () => {
  const back = parseSafetensors(renderSafetensors(arrays(), 'BF16'), 'x');
  for (const [name, { data }] of arrays()) expect(farthest(back.get(name)!.data, data)).toBeLessThan(2 ** -9);
  const exact = { shape: [3], data: Float32Array.from([1.5, -2, 0]) };
  expect(parseSafetensors(renderSafetensors([['x', exact]], 'BF16'), 'x').get('x')).toEqual(exact);
});

test('F16: normal, subnormal, infinite, negative', () => {
  const header = Buffer.from(JSON.stringify({ x: { dtype: 'F16', shape: [4], data_offsets: [0, 8] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const body = Buffer.from(Uint16Array.from([0x3c01, 0x0001, 0x7c00, 0xc000]).buffer);
  const { data } = parseSafetensors(Buffer.concat([length, header, body]), 'x').get('x')!;
  expect([...data]).toEqual([1 + 2 ** -10, 2 ** -24, Number.POSITIVE_INFINITY, -2]);
});

test('written files carry the metadata that transformers asks for, and an aligned body', () => {
  const bytes = Buffer.from(renderSafetensors(arrays()));
  const length = Number(bytes.readBigUInt64LE(0));
  expect(length % 8).toBe(0);
  expect(JSON.parse(bytes.subarray(8, 8 + length).toString()).__metadata__).toEqual({ format: 'pt' });
});

test('a file that was cut short, or is something else, is told in one line', () => {
  const whole = readFileSync(fixture('qwen2-tiny-tied/model.safetensors'));
  expect(() => parseSafetensors(whole.subarray(0, -8), 'w.safetensors')).toThrow(
    /w\.safetensors: tensor .* is cut short/,
  );
  expect(() => parseSafetensors(Buffer.from('hello, world'), 'w.safetensors')).toThrow(
    /w\.safetensors: not a safetensors file/,
  );
});
