// What is served, as lines: every line that comes in is answered by one, so that answers can be counted off.
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

export const answerLines = (outcomes: readonly Scored[]): string =>
  outcomes.map((scored) => `${typeof scored === 'string' ? scored : JSON.stringify({ error: scored.why })}\n`).join('');
