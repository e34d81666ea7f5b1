// JSON out of bytes that nobody vouches for: a value, or one line that says what is wrong.
import { isUtf8 } from 'node:buffer';
import { escapeControls } from '../schema/escape-controls.ts';

export type ParsedJson = { value: unknown } | { why: string };

/** Deeper than any record is, and shallow enough for whatever walks it. */
const MAX_DEPTH = 200;

export function parseJson(bytes: Buffer): ParsedJson {
  const text = bytes.subarray(bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0);
  if (!isUtf8(text)) return { why: `not UTF-8 from its byte ${firstInvalid(text)} on` };
  const parsed = parse(text, text.toString('utf8'));
  const nul = 'why' in parsed ? text.indexOf(0) : -1;
  return nul === -1 ? parsed : { why: `not JSON (NUL at its byte ${nul})` };
}

/** JSON in a string of JSON. */
export const parseJsonText = (text: string): ParsedJson => parse(Buffer.from(text), text);

function parse(bytes: Buffer, text: string): ParsedJson {
  // JSON.parse takes any depth, and 100 times the memory of the text to do so.
  if (nestsDeeperThan(bytes, MAX_DEPTH)) return { why: `not read: nested deeper than ${MAX_DEPTH}` };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const value = parsePython(bytes);
    return value === undefined ? { why: `not JSON (${escapeControls((error as Error).message)})` } : { value };
  }
}

/** Python's `json` writes NaN, Infinity and -Infinity, which JSON does not have: missing values of pandas, log probabilities. They are null. */
function parsePython(bytes: Buffer): unknown {
  const pieces: string[] = [];
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) {
      at = endOfString(bytes, at);
      if (at === -1) return undefined;
    }
    const word = WORDS.find((name) => beginsAt(bytes, at, name));
    if (word === undefined) continue;
    pieces.push(bytes.toString('utf8', end, word === INFINITY && bytes[at - 1] === MINUS ? at - 1 : at));
    end = at + word.length;
    at = end - 1;
  }
  if (pieces.length === 0) return undefined;
  try {
    return JSON.parse([...pieces, bytes.toString('utf8', end)].join('null'));
  } catch {
    return undefined;
  }
}

const NAN = [...Buffer.from('NaN')];
const INFINITY = [...Buffer.from('Infinity')];
const WORDS = [NAN, INFINITY];
const MINUS = 0x2d;

const beginsAt = (bytes: Buffer, at: number, word: readonly number[]): boolean =>
  bytes[at] === word[0] && word.every((byte, n) => bytes[at + n] === byte);

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENS: readonly (number | undefined)[] = [0x5b, 0x7b];
const CLOSES: readonly (number | undefined)[] = [0x5d, 0x7d];

function nestsDeeperThan(text: Buffer, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) {
      at = endOfString(text, at);
      if (at === -1) return false;
    } else if (OPENS.includes(byte)) {
      depth += 1;
      if (depth > limit) return true;
    } else if (CLOSES.includes(byte)) depth -= 1;
  }
  return false;
}

/** The closing quote: one that an even number of backslashes stands before. -1 when there is none. */
function endOfString(text: Buffer, opening: number): number {
  let quote = opening;
  do {
    quote = text.indexOf(QUOTE, quote + 1);
  } while (quote !== -1 && isEscaped(text, quote));
  return quote;
}

function isEscaped(text: Buffer, at: number): boolean {
  let before = at - 1;
  while (text[before] === BACKSLASH) before--;
  return (at - 1 - before) % 2 === 1;
}

/** Decoding puts a replacement where a byte is wrong, and encoding that gives other bytes from there on. */
function firstInvalid(text: Buffer): number {
  const again = Buffer.from(text.toString('utf8'));
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (text.compare(again, 0, middle, 0, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low;
}
