// Whether a file is JSON lines or one JSON document laid out over lines, by what it holds.
import { DecompressError } from './decompress-error.ts';
import { LF } from './lines.ts';
import { parseJson } from './parse-json.ts';

export type Opened =
  | { chunks: AsyncIterable<Buffer> }
  | { document: Buffer }
  | { list: AsyncIterable<Buffer>; why: string }
  | { why: string };

/** JSON lines, unless the first line is no JSON and the whole file is; `why` when it could only be a document, and is a broken one or, as a
 * list may be, too long. */
export async function openRows(source: AsyncGenerator<Buffer>, maxBytes: number): Promise<Opened> {
  const head = new Head(source);
  while (!head.hasLine && head.length <= maxBytes && (await head.pull()));
  const firstLine = head.firstLine();
  const isTooLong = firstLine.length > maxBytes;
  const isList = opensList(firstLine, isTooLong);
  if (!isList && (isTooLong || !head.hasLine)) return { chunks: head.andRest() };
  if (!isTooLong && 'value' in parseJson(firstLine)) return { chunks: head.andRest() };
  while (head.length <= maxBytes && (await head.pull()));
  const read = head.document(maxBytes);
  if ('why' in read && isList) return { list: head.andRest(), why: read.why };
  return 'why' in read && !opensDocument(firstLine) ? { chunks: head.andRest() } : read;
}

export const tooLong = (length: number, limit: number): string =>
  `not read: ${length} bytes in one row, the limit is ${limit}`;

/** No row of JSON lines begins so: a document laid out over lines does. */
const opensDocument = (line: Buffer): boolean => /^\s*[[{]\s*[{[]?\s*$/.test(line.toString('latin1'));

/** A list over many lines, or on one that is not ended or too long: what else begins with a bracket is a row. */
const opensList = (line: Buffer, isTooLong: boolean): boolean =>
  /^\s*\[/.test(line.subarray(0, 256).toString('latin1')) &&
  (isTooLong || line.at(-1) !== LF || line.at(-2) === COMMA || opensDocument(line));

const COMMA = 0x2c;

/** The beginning of a stream, held so that it can be looked at before it is read. */
class Head {
  length = 0;
  hasLine = false;
  readonly #source: AsyncGenerator<Buffer>;
  readonly #held: Buffer[] = [];
  #fault: unknown;

  constructor(source: AsyncGenerator<Buffer>) {
    this.#source = source;
  }

  /** Holds one chunk more; false at the end, and where the source breaks. */
  async pull(): Promise<boolean> {
    try {
      const { value, done } = await this.#source.next();
      if (done) return false;
      this.#held.push(value);
      this.length += value.length;
      this.hasLine ||= value.includes(LF);
      return true;
    } catch (error) {
      this.#fault = error;
      return false;
    }
  }

  /** With its LF; all that is held when there is none. */
  firstLine(): Buffer {
    const bytes = Buffer.concat(this.#held);
    return this.hasLine ? bytes.subarray(0, bytes.indexOf(LF) + 1) : bytes;
  }

  document(maxBytes: number): { document: Buffer } | { why: string } {
    if (this.#fault instanceof DecompressError) return { why: this.#fault.message };
    if (this.length > maxBytes) return { why: tooLong(this.length, maxBytes) };
    const document = Buffer.concat(this.#held);
    const parsed = parseJson(document);
    return 'why' in parsed ? parsed : { document };
  }

  async *andRest(): AsyncGenerator<Buffer> {
    yield* this.#held;
    if (this.#fault !== undefined) throw this.#fault;
    yield* this.#source;
  }
}
