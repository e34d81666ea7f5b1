// Rows → JSON lines. The prompts of one trajectory share most of their messages, so that each message is encoded once and copied from then
// on: with a window of two pairs the rows are four times as long as what they were made of.
import { LF } from '../../../core/io/lines.ts';
import type { Message } from '../../../core/schema/message.ts';
import { type ByteRange, ByteSink } from './byte-sink.ts';

export interface EncodedRows {
  /** Whole lines, in UTF-8, in memory that the next call uses again. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where each line ends in `bytes`, behind its LF. */
  ends: number[];
}

type Row = { prompt: readonly Message[] } & Record<string, unknown>;

export function encodeRows(rows: readonly Row[]): EncodedRows {
  const known = new Map<Message, ByteRange>();
  lines.clear();
  const ends = rows.map((row) => {
    writeObject(row, known);
    lines.writeByte(LF);
    return lines.length;
  });
  return { bytes: lines.bytes, ends };
}

const lines = new ByteSink();
const COMMA = 0x2c;

/** As JSON.stringify does it; of what has no entries there is nothing to write. */
function writeObject(object: object, known: Map<Message, ByteRange>): void {
  let short = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    short += `"${key}":`;
    if (key === 'prompt') {
      lines.write(`${short}[`);
      writeMessages(value, known);
      short = ']';
    } else if (typeof value === 'string' && value.length > SHORT_CHARS) {
      lines.write(short);
      lines.writeString(value);
      short = '';
    } else short += JSON.stringify(value);
    short += ',';
  }
  lines.write(`${short.slice(0, -1)}}`);
}

/** Longer strings are worth a call of their own. */
const SHORT_CHARS = 64;

function writeMessages(messages: readonly Message[], known: Map<Message, ByteRange>): void {
  messages.forEach((message, i) => {
    if (i > 0) lines.writeByte(COMMA);
    const range = known.get(message);
    if (range !== undefined) lines.repeat(range);
    else {
      const start = lines.length;
      writeObject(message, known);
      known.set(message, [start, lines.length]);
    }
  });
}
