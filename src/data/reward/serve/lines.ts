// What is served, as lines: every line that comes in is answered by one, so that answers can be counted off.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { splitLines } from '../../../core/io/lines.ts';
import { type BadRow, DEFAULT_MAX_ROW_BYTES, type RawRow } from '../../../core/io/rows.ts';
import type { Scored } from '../score-rows.ts';

/** `name` stands for the file. */
export async function* readStream(stream: AsyncIterable<Buffer>, name: string): AsyncGenerator<RawRow | BadRow> {
  for await (const { line, byteOffset, length, bytes, isEnded } of splitLines(stream, DEFAULT_MAX_ROW_BYTES)) {
    const place = { file: name, line, byteOffset };
    if (bytes === undefined)
      yield { ...place, why: `longer (${length} bytes) than the ${DEFAULT_MAX_ROW_BYTES} that are read` };
    else yield { ...place, bytes, isEnded };
  }
}

/** A client may send a batch before it reads the answers to it: more than any batch's are not kept for one that never reads. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Waits, and with it the scoring, while too many answers are unread. Throws when whoever should read them has gone. */
export async function writeAnswers(output: Writable, outcomes: readonly Scored[]): Promise<void> {
  output.write(answerLines(outcomes));
  if (!isUnread(output)) return;
  const settled = new AbortController();
  const closed = once(output, 'close', settled).then(() => {
    throw new Error('the client left before it had read the answers');
  });
  await Promise.race([once(output, 'drain', settled), closed]).finally(() => settled.abort());
}

export const isUnread = (output: Writable): boolean => output.writableLength > MAX_UNREAD_BYTES;

const answerLines = (outcomes: readonly Scored[]): string =>
  outcomes.map((scored) => `${typeof scored === 'string' ? scored : JSON.stringify({ error: scored.why })}\n`).join('');
