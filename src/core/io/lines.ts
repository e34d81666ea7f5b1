// Lines of a stream of bytes: split at LF only (readline would also split on U+2028), in memory for one line, with the place of each.

export const LF = 0x0a;

export interface Line {
  /** From 1. */
  line: number;
  /** Of the line's first byte, in the decompressed file. */
  byteOffset: number;
  length: number;
  /** Without its LF; undefined when longer than asked for. */
  bytes: Buffer | undefined;
  /** Whether it ends in LF: the last line of a file that is still written may be half a line. */
  isEnded: boolean;
}

/** Every line, empty ones too. What follows the last LF is a line when there is anything. When `chunks` throws, half a line is not told. */
export async function* splitLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let [line, byteOffset, length] = [1, 0, 0];
  let parts: Buffer[] = [];
  const hold = (part: Buffer): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (isEnded: boolean): Line => {
    const bytes = length > maxBytes ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const taken = { line, byteOffset, length, bytes, isEnded };
    line += 1;
    byteOffset += length + 1;
    length = 0;
    parts = [];
    return taken;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      hold(chunk.subarray(start, end));
      yield take(true);
      start = end + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (length > 0) yield take(false);
}
