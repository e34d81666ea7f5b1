// The safetensors format: u64 length, JSON header {name: {dtype, shape, data_offsets}}, bytes. Reads F32, F16 and BF16 as float32, tensor by
// tensor at its offset; writes F32 or BF16 with the metadata that transformers asks for. Neither holds a whole file in memory.
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { issueText } from '../../../core/schema/issue-text.ts';
import { halfToFloat } from './half.ts';
import { readExactly } from './read-exactly.ts';

export interface NamedArray {
  shape: number[];
  data: Float32Array;
}

/** Made when it is written, so that not all of a file is in memory. */
export interface LazyArray {
  shape: number[];
  data: () => Float32Array | Promise<Float32Array>;
}

export type TensorType = 'F32' | 'F16' | 'BF16';
const BYTES: Record<TensorType, number> = { F32: 4, F16: 2, BF16: 2 };

/** Bytes that are read or written at once; a multiple of every type's size. */
const CHUNK = 1 << 26;

export interface SafetensorsFile extends AsyncDisposable {
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Reads a tensor as float32 into a vector of its size. */
  read(name: string, into: Float32Array): Promise<void>;
}

export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await open(path).catch(() => {
    throw new ConfigError(`${path}: missing. A student folder needs its weights as safetensors.`);
  });
  try {
    const { entries, body } = await readHeader(file, path);
    const shapes = new Map([...entries].map(([name, { shape }]) => [name, shape]));
    return {
      shapes,
      read: (name, into) => readTensor(file, path, body, entries.get(name)!, into),
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Entry {
  dtype: TensorType;
  shape: number[];
  data_offsets: [from: number, to: number];
}

const offset = z.number().int().nonnegative();
const entrySchema = z.object({ dtype: z.string(), shape: z.array(offset), data_offsets: z.tuple([offset, offset]) });

/** The tensors of a file, checked against its length; `body` is where their bytes begin. */
async function readHeader(file: FileHandle, path: string): Promise<{ entries: Map<string, Entry>; body: number }> {
  const { size } = await file.stat();
  const { header, body } = await parseHeader(file, size).catch((error: unknown) => {
    throw new ConfigError(`${path}: not a safetensors file (${messageOf(error)}).`);
  });
  const entries = Object.entries(header).flatMap(([name, value]): [string, Entry][] => {
    if (name === '__metadata__') return [];
    const { data, error } = entrySchema.safeParse(value);
    if (error) throw new ConfigError(`${path}: tensor ${name}: ${issueText(error, value)}. Download the file again.`);
    return [[name, data as Entry]]; // its type is checked next
  });
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    if (!Object.hasOwn(BYTES, dtype))
      // it is a file's: `constructor` is none
      throw new ConfigError(`${path}: tensor ${name} has type ${dtype}; only F32, F16 and BF16 can be read.`);
    if (offsets[1] - offsets[0] !== sizeOf(shape) * BYTES[dtype] || body + offsets[1] > size)
      throw new ConfigError(`${path}: tensor ${name} is cut short. Copy or download the file again.`);
  }
  return { entries: new Map(entries), body };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);

async function parseHeader(file: FileHandle, size: number): Promise<{ header: object; body: number }> {
  const length = Number((await readExactly(file, 0, 8)).readBigUInt64LE());
  if (8 + length > size) throw new Error(`a header of ${length} bytes in a file of ${size}`);
  const header: unknown = JSON.parse((await readExactly(file, 8, length)).toString());
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new Error('its header is no object');
  return { header, body: 8 + length };
}

async function readTensor(file: FileHandle, path: string, body: number, entry: Entry, into: Float32Array) {
  const [from, to] = entry.data_offsets;
  if (into.length * BYTES[entry.dtype] !== to - from)
    throw new Error(`${path}: ${into.length} numbers asked of a tensor of ${to - from} bytes`);
  for (let at = from; at < to; at += CHUNK) {
    const bytes = await readExactly(file, body + at, Math.min(CHUNK, to - at));
    decode(bytes, entry.dtype, into.subarray((at - from) / BYTES[entry.dtype]));
  }
}

function decode({ buffer }: Buffer, dtype: TensorType, into: Float32Array): void {
  if (dtype === 'F32') {
    into.set(new Float32Array(buffer));
    return;
  }
  const halves = new Uint16Array(buffer);
  const bits = new Uint32Array(into.buffer, into.byteOffset, halves.length);
  halves.forEach((half, i) => {
    if (dtype === 'F16') into[i] = halfToFloat(half);
    else bits[i] = half << 16;
  });
}

export async function writeSafetensors(
  path: string,
  arrays: readonly (readonly [name: string, array: NamedArray | LazyArray])[],
  dtype: 'F32' | 'BF16' = 'F32',
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { shape }] of arrays) {
    const end = offset + sizeOf(shape) * BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  // The body starts at a multiple of 8, as other writers have it.
  const json = JSON.stringify(header);
  const text = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = await open(path, 'w');
  try {
    await file.writeFile(Buffer.concat([length, text]));
    for (const [, { data }] of arrays) {
      const values = typeof data === 'function' ? await data() : data;
      for (let at = 0; at < values.length; at += CHUNK / 4)
        await file.writeFile(encode(values.subarray(at, at + CHUNK / 4), dtype));
    }
  } finally {
    await file.close();
  }
}

function encode(data: Float32Array, dtype: 'F32' | 'BF16'): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(data.slice().buffer);
  const bits = new Uint32Array(data.slice().buffer);
  // Round to nearest, ties to even.
  const halves = Uint16Array.from(bits, (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16);
  return new Uint8Array(halves.buffer);
}
