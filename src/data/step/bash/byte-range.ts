// Ranges of a script in bytes, as programs in every language can cut it by.

/** Of the UTF-8 text: [start, end). */
export type ByteRange = [start: number, end: number];

/** From indexes of the JavaScript string. */
export function createByteRanges(text: string): (start: number, end: number) => ByteRange {
  if (Buffer.byteLength(text) === text.length) return (start, end) => [start, end];
  const at = (index: number): number => Buffer.byteLength(text.slice(0, index));
  return (start, end) => [at(start), at(end)];
}
