// Rows → JSON lines. The prompts of one trajectory share most of their messages, so that each message is encoded once and copied from then
// on: with a window of two pairs the rows are four times as long as what they were made of.
import type { Message } from '../../schema/message.ts';
import { type ByteRange, ByteSink } from './byte-sink.ts';

export interface EncodedRows {
  /** Whole lines, in UTF-8, in memory that the next call uses again. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where each line ends in `bytes`, behind its LF. */
  ends: number[];
}

type Row = { prompt: readonly Message[] } & Record<string, unknown>;

const PROMPT = '"prompt":';

export function encodeRows(rows: readonly Row[]): EncodedRows {
  const known = new Map<Message, ByteRange>();
  lines.clear();
  const ends = rows.map((row) => {
    const line = JSON.stringify({ ...row, prompt: 0 });
    // A quote inside of a string has a backslash before it: the first `"prompt":` is the key.
    const at = line.indexOf(PROMPT) + PROMPT.length;
    lines.write(`${line.slice(0, at)}[`);
    row.prompt.forEach((message, i) => {
      if (i > 0) lines.write(',');
      const range = known.get(message);
      if (range === undefined) known.set(message, lines.write(JSON.stringify(message)));
      else lines.repeat(range);
    });
    lines.write(`]${line.slice(at + 1)}\n`);
    return lines.length;
  });
  return { bytes: lines.bytes, ends };
}

const lines = new ByteSink();
