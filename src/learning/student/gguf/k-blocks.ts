// The K types of GGUF: 256 numbers in eight or sixteen parts, whose scales are quantized themselves.
import { halfToFloat } from '../checkpoint/half.ts';

const { fround } = Math;

/** Half scale and half minimum of the block, 12 bytes of part scales, 128 bytes of two numbers each. */
export function dequantizeQ4K(source: DataView, at: number, into: Float32Array, to: number): void {
  eachPart(source, at, (part, scale, least) => {
    const [bytes, shift] = lowBits(at + 16, part);
    for (let i = 0; i < 32; i++) {
      const low = (source.getUint8(bytes + i) >> shift) & 15;
      into[to + 32 * part + i] = fround(scale * low) - least;
    }
  });
}

/** As Q4_K; before the low bits, 32 bytes with the fifth bit of a number of each part. */
export function dequantizeQ5K(source: DataView, at: number, into: Float32Array, to: number): void {
  eachPart(source, at, (part, scale, least) => {
    const [bytes, shift] = lowBits(at + 48, part);
    for (let i = 0; i < 32; i++) {
      const low = (source.getUint8(bytes + i) >> shift) & 15;
      const high = (source.getUint8(at + 16 + i) >> part) & 1;
      into[to + 32 * part + i] = fround(scale * (low | (high << 4))) - least;
    }
  });
}

/** 128 bytes of low bits, 64 of high pairs, 16 signed scales, one half scale of the block. */
export function dequantizeQ6K(source: DataView, at: number, into: Float32Array, to: number): void {
  const blockScale = halfToFloat(source.getUint16(at + 208, true));
  for (let part = 0; part < 16; part++) {
    const scale = fround(blockScale * source.getInt8(at + 192 + part));
    const [half, quarter, begin] = [part >> 3, (part >> 1) & 3, 16 * (part & 1)];
    const low = at + 64 * half + 32 * (quarter & 1) + begin;
    const high = at + 128 + 32 * half + begin;
    for (let i = 0; i < 16; i++) {
      const bits = (source.getUint8(low + i) >> (quarter < 2 ? 0 : 4)) & 15;
      const top = (source.getUint8(high + i) >> (2 * quarter)) & 3;
      into[to + 16 * part + i] = scale * ((bits | (top << 4)) - 32);
    }
  }
}

/** Where the low bits of a part of 32 numbers begin, and in which half of the bytes they are. */
const lowBits = (from: number, part: number): [bytes: number, shift: number] => [
  from + 32 * (part >> 1),
  4 * (part & 1),
];

/** The scale and minimum of each of the eight parts, six bits each. The first four have theirs in a byte; the last four in a half byte and two
 * spare bits. */
function eachPart(source: DataView, at: number, visit: (part: number, scale: number, least: number) => void): void {
  const [blockScale, blockLeast] = [0, 2].map((offset) => halfToFloat(source.getUint16(at + offset, true)));
  const byte = (index: number): number => source.getUint8(at + 4 + index);
  for (let part = 0; part < 8; part++) {
    const isFirst = part < 4;
    const scale = isFirst ? byte(part) & 63 : (byte(part + 4) & 15) | ((byte(part - 4) >> 2) & 48);
    const least = isFirst ? byte(part + 4) & 63 : (byte(part + 4) >> 4) | ((byte(part) >> 2) & 48);
    visit(part, fround(blockScale! * scale), fround(blockLeast! * least));
  }
}
