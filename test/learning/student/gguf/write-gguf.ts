// Writes GGUF files for tests: metadata, and tensors whose bytes are given.
import { writeFileSync } from 'node:fs';
import { GGMLQuantizationType } from '@huggingface/gguf';

export interface WrittenTensor {
  /** Rows first. */
  shape: readonly number[];
  type: keyof typeof GGMLQuantizationType;
  bytes: Uint8Array;
}

export type Metadata = Readonly<Record<string, string | number | boolean | readonly string[] | readonly number[]>>;

export const floats = (shape: readonly number[], values: Float32Array): WrittenTensor => ({
  shape,
  type: 'F32',
  bytes: new Uint8Array(values.slice().buffer),
});

export function writeGguf(path: string, metadata: Metadata, tensors: Readonly<Record<string, WrittenTensor>>): void {
  const entries = Object.entries(tensors);
  const parts: Uint8Array[] = [
    Buffer.from('GGUF'),
    u32(3),
    u64(entries.length),
    u64(Object.keys(metadata).length),
    ...Object.entries(metadata).flatMap(([key, value]) => [text(key), ...encoded(value)]),
  ];
  let offset = 0;
  for (const [name, { shape, type, bytes }] of entries) {
    parts.push(
      text(name),
      u32(shape.length),
      ...[...shape].reverse().map(u64),
      u32(GGMLQuantizationType[type]),
      u64(offset),
    );
    offset += padded(bytes.length);
  }
  const header = parts.reduce((sum, { length }) => sum + length, 0);
  parts.push(Buffer.alloc(padded(header) - header));
  for (const [, { bytes }] of entries) parts.push(bytes, Buffer.alloc(padded(bytes.length) - bytes.length));
  writeFileSync(path, Buffer.concat(parts));
}

const ALIGNMENT = 32;
const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

const [FLOAT32, UINT32, BOOL, STRING, ARRAY] = [6, 4, 7, 8, 9];

function encoded(value: Metadata[string]): Uint8Array[] {
  if (typeof value === 'string') return [u32(STRING), text(value)];
  if (typeof value === 'boolean') return [u32(BOOL), Buffer.from([Number(value)])];
  if (typeof value === 'number')
    return Number.isInteger(value) ? [u32(UINT32), u32(value)] : [u32(FLOAT32), f32(value)];
  const type = typeof value[0] === 'string' ? STRING : UINT32;
  return [
    u32(ARRAY),
    u32(type),
    u64(value.length),
    ...value.map((one) => (typeof one === 'string' ? text(one) : u32(one))),
  ];
}

const text = (value: string): Uint8Array => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: number): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
const f32 = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer);
