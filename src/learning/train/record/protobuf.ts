// The fields of a protocol buffer that event files are made of. https://protobuf.dev/programming-guides/encoding/

/** Bytes of one field: its number and wire type, then its value. */
export type Field = Uint8Array;

export const message = (...fields: readonly Field[]): Uint8Array => Buffer.concat(fields);

/** A string, bytes or a message. */
export const delimited = (number: number, bytes: Uint8Array): Field =>
  Buffer.concat([tagOf(number, 2), varintBytes(bytes.length), bytes]);

/** A whole number that is not negative, up to 2^53. */
export const varint = (number: number, value: number): Field => Buffer.concat([tagOf(number, 0), varintBytes(value)]);

export function double(number: number, value: number): Field {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tagOf(number, 1), bytes]);
}

export function float(number: number, value: number): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tagOf(number, 5), bytes]);
}

const tagOf = (number: number, wireType: number): Uint8Array => varintBytes(number * 8 + wireType);

/** Seven bits a byte, the lowest first; the top bit says that more follow. Not by shifts, which end at 32 bits. */
function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}
