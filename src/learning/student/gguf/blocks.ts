// The tensor types of GGUF, each a row of blocks: ggml's layouts of `block_*` in ggml-common.h, and what gguf-py's `dequantize` makes of
// them, bit for bit. Products and sums are rounded to float32 one by one, as NumPy does.
import { halfToFloat } from '../checkpoint/half.ts';
import { dequantizeQ4K, dequantizeQ5K, dequantizeQ6K } from './k-blocks.ts';

export interface BlockType {
  /** Numbers in a block, and its bytes. */
  numbers: number;
  bytes: number;
  /** Writes the numbers of the block at byte `at` to `into` from `to` on. */
  decode(source: DataView, at: number, into: Float32Array, to: number): void;
}

const { fround } = Math;

/** By ggml's names. */
export const blockTypes: Readonly<Record<string, BlockType>> = {
  F32: {
    numbers: 1,
    bytes: 4,
    decode: (source, at, into, to) => {
      into[to] = source.getFloat32(at, true);
    },
  },
  F16: {
    numbers: 1,
    bytes: 2,
    decode: (source, at, into, to) => {
      into[to] = halfAt(source, at);
    },
  },
  BF16: {
    numbers: 1,
    bytes: 2,
    decode: (source, at, into, to) => {
      new Uint32Array(into.buffer, into.byteOffset + 4 * to, 1)[0] = source.getUint16(at, true) << 16;
    },
  },
  Q8_0: {
    numbers: 32,
    bytes: 34,
    decode: (source, at, into, to) => {
      const scale = halfAt(source, at);
      for (let i = 0; i < 32; i++) into[to + i] = scale * source.getInt8(at + 2 + i);
    },
  },
  Q4_0: {
    numbers: 32,
    bytes: 18,
    decode: (source, at, into, to) => {
      const scale = halfAt(source, at);
      for (let i = 0; i < 16; i++) {
        const byte = source.getUint8(at + 2 + i);
        into[to + i] = scale * ((byte & 15) - 8);
        into[to + i + 16] = scale * ((byte >> 4) - 8);
      }
    },
  },
  Q4_1: {
    numbers: 32,
    bytes: 20,
    decode: (source, at, into, to) => {
      const [scale, least] = [halfAt(source, at), halfAt(source, at + 2)];
      for (let i = 0; i < 16; i++) {
        const byte = source.getUint8(at + 4 + i);
        into[to + i] = fround(scale * (byte & 15)) + least;
        into[to + i + 16] = fround(scale * (byte >> 4)) + least;
      }
    },
  },
  Q5_0: {
    numbers: 32,
    bytes: 22,
    decode: (source, at, into, to) => {
      const scale = halfAt(source, at);
      const high = source.getUint32(at + 2, true);
      for (let i = 0; i < 16; i++) {
        const byte = source.getUint8(at + 6 + i);
        into[to + i] = scale * (((byte & 15) | (((high >>> i) & 1) << 4)) - 16);
        into[to + i + 16] = scale * (((byte >> 4) | (((high >>> (i + 16)) & 1) << 4)) - 16);
      }
    },
  },
  Q5_1: {
    numbers: 32,
    bytes: 24,
    decode: (source, at, into, to) => {
      const [scale, least] = [halfAt(source, at), halfAt(source, at + 2)];
      const high = source.getUint32(at + 4, true);
      for (let i = 0; i < 16; i++) {
        const byte = source.getUint8(at + 8 + i);
        into[to + i] = fround(scale * ((byte & 15) | (((high >>> i) & 1) << 4))) + least;
        into[to + i + 16] = fround(scale * ((byte >> 4) | (((high >>> (i + 16)) & 1) << 4))) + least;
      }
    },
  },
  Q4_K: { numbers: 256, bytes: 144, decode: dequantizeQ4K },
  Q5_K: { numbers: 256, bytes: 176, decode: dequantizeQ5K },
  Q6_K: { numbers: 256, bytes: 210, decode: dequantizeQ6K },
};

const halfAt = (source: DataView, at: number): number => halfToFloat(source.getUint16(at, true));
