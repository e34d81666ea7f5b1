// A JSON list as JSON lines: of one that is too long to be read whole, or cut, every element is a row.
import { LF } from './lines.ts';

const [BLANK, QUOTE, BACKSLASH, COMMA] = [0x20, 0x22, 0x5c, 0x2c];
const [SQUARE, CURLY, END_SQUARE, END_CURLY] = [0x5b, 0x7b, 0x5d, 0x7d];

/** Byte for byte, so that offsets stay: LF for every comma of the list, a blank for its brackets and for every LF. Writes into the chunks. */
export async function* linesOfList(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let depth = 0;
  let [isString, isEscaped] = [false, false];
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (isEscaped) isEscaped = false;
      else if (isString && byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) isString = !isString;
      else if (isString) continue;
      else if (byte === LF) chunk[at] = BLANK;
      else if (byte === COMMA && depth === 1) chunk[at] = LF;
      else if (byte === SQUARE || byte === CURLY) {
        if (depth === 0) chunk[at] = BLANK;
        depth += 1;
      } else if (byte === END_SQUARE || byte === END_CURLY) {
        depth -= 1;
        if (depth === 0) chunk[at] = BLANK;
      }
    }
    yield chunk;
  }
}
