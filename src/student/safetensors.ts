// The safetensors format: u64 length, JSON header {name: {dtype, shape, data_offsets}}, bytes. Reads F32, F16 and BF16 as float32;
// writes F32 or BF16 with the metadata that transformers asks for.
import { ConfigError, messageOf } from '../schema/errors.ts';

export interface NamedArray {
  shape: number[];
  data: Float32Array;
}

export type TensorType = 'F32' | 'F16' | 'BF16';
const BYTES: Record<TensorType, number> = { F32: 4, F16: 2, BF16: 2 };

type HeaderEntry = { dtype: string; shape: number[]; data_offsets: [number, number] };

/** `path` is for messages only. */
export function parseSafetensors(bytes: Uint8Array, path: string): Map<string, NamedArray> {
  const { header, body } = readHeader(bytes, path);
  const arrays = new Map<string, NamedArray>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = entry;
    const size = shape.reduce((product, axis) => product * axis, 1);
    const bytesEach = BYTES[dtype as TensorType];
    if (bytesEach === undefined)
      throw new ConfigError(`${path}: tensor ${name} has type ${dtype}; only F32, F16 and BF16 can be read.`);
    if (offsets[1] - offsets[0] !== size * bytesEach || offsets[1] > body.byteLength)
      throw new ConfigError(`${path}: tensor ${name} is cut short. Copy or download the file again.`);
    arrays.set(name, { shape, data: decode(body.subarray(...offsets), dtype as TensorType) });
  }
  return arrays;
}

function readHeader(bytes: Uint8Array, path: string): { header: Record<string, HeaderEntry>; body: Uint8Array } {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    return { header, body: bytes.subarray(8 + length) };
  } catch (error) {
    throw new ConfigError(`${path}: not a safetensors file (${messageOf(error)}).`);
  }
}

function decode(raw: Uint8Array, dtype: TensorType): Float32Array {
  // A copy, because the body need not lie at a multiple of four (and Buffer.slice would not copy).
  const copy = new Uint8Array(raw);
  if (dtype === 'F32') return new Float32Array(copy.buffer);
  const halves = new Uint16Array(copy.buffer);
  if (dtype === 'F16') return Float32Array.from(halves, halfToFloat);
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  halves.forEach((half, i) => {
    bits[i] = half << 16;
  });
  return floats;
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function renderSafetensors(
  arrays: Iterable<readonly [string, NamedArray]>,
  dtype: 'F32' | 'BF16' = 'F32',
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of arrays) {
    const part = encode(data, dtype);
    header[name] = { dtype, shape, data_offsets: [offset, offset + part.byteLength] };
    offset += part.byteLength;
    parts.push(part);
  }
  // The body starts at a multiple of 8, as other writers have it.
  const json = JSON.stringify(header);
  const text = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

function encode(data: Float32Array, dtype: 'F32' | 'BF16'): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(data.slice().buffer);
  const bits = new Uint32Array(data.slice().buffer);
  // Round to nearest, ties to even.
  const halves = Uint16Array.from(bits, (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16);
  return new Uint8Array(halves.buffer);
}
