// Rows out of files of any size, known by what they hold: JSON lines or one JSON document, plain, gzip or Zstandard; Parquet. A row that
// cannot be read is reported with its place, and those around it are read all the same.
import { messageOf } from '../schema/errors.ts';
import { escapeControls } from '../schema/escape-controls.ts';
import { readBytes } from './bytes.ts';
import { DecompressError } from './decompress-error.ts';
import { openRows, tooLong } from './document.ts';
import { linesOfList } from './elements.ts';
import { splitLines } from './lines.ts';
import { isParquet, readParquetRows } from './parquet.ts';
import { parseJson } from './parse-json.ts';

export interface RowPlace {
  file: string;
  /** From 1; of a document, that of its first. */
  line: number;
  /** Of the row's first byte, in the decompressed file. */
  byteOffset: number;
  /** In the table of Parquet, or in the list of which it is an element, when that is too long or too broken to be a row itself. */
  index?: number;
}

/** A row that is not parsed yet: what a worker is sent. */
export interface RawRow extends RowPlace {
  bytes: Buffer;
  /** False: the file ends without LF, so that the row may be half of one. */
  isEnded: boolean;
}

export interface Row extends RowPlace {
  value: unknown;
  bytes: Buffer;
}

export interface BadRow extends RowPlace {
  why: string;
  /** As far as it is at hand. */
  bytes?: Buffer;
  /** Half a row at the end of the file, as a killed writer leaves it. */
  isTorn?: boolean;
  /** It is whole, but nothing that whoever reads it knows. */
  isUnknown?: boolean;
}

export interface RowLimits {
  /** @default DEFAULT_MAX_ROW_BYTES */
  maxRowBytes?: number;
  /** Whether a list that begins with this element is one row, however long. @default its elements are rows */
  isOneRow?: (element: unknown) => boolean;
  /** Of Parquet. @default all of them */
  columns?: readonly string[];
}

export const DEFAULT_MAX_ROW_BYTES = 64 * 1024 * 1024;

/** For people: `steps.jsonl:3`, or `steps.parquet: row 3` where a row has no line of its own. */
export function placeText({ file, line, index }: RowPlace): string {
  if (index === undefined) return `${file}:${line}`;
  return `${file}${line === 1 ? '' : `:${line}`}: row ${index + 1}`;
}

/** All rows of a file, in order. Throws only when the file cannot be opened or read. */
export async function* readRows(file: string, limits: RowLimits = {}): AsyncGenerator<Row | BadRow> {
  for await (const raw of readRawRows(file, limits)) yield 'why' in raw ? raw : parseRow(raw);
}

/** As `readRows`, before parsing: what is too long, or comes out of broken compression, is bad already. */
export async function* readRawRows(file: string, limits: RowLimits = {}): AsyncGenerator<RawRow | BadRow> {
  yield* (await isParquet(file)) ? readTable(file, limits) : readJson(file, limits);
}

/** Rows of Parquet as the JSON that they would be. */
async function* readTable(
  file: string,
  { maxRowBytes = DEFAULT_MAX_ROW_BYTES, columns }: RowLimits,
): AsyncGenerator<RawRow | BadRow> {
  const place = { file, line: 1, byteOffset: 0 };
  let index = 0;
  try {
    for await (const row of readParquetRows(file, columns)) {
      const bytes = Buffer.from(JSON.stringify(row, withoutBigInts));
      if (bytes.length > maxRowBytes) yield { ...place, index, why: tooLong(bytes.length, maxRowBytes) };
      else yield { ...place, index, bytes, isEnded: true };
      index += 1;
    }
  } catch (error) {
    yield { ...place, index, why: `no readable Parquet (${escapeControls(messageOf(error))})` };
  }
}

/** 64-bit integers, which JSON has no numbers for beyond 2^53. */
const withoutBigInts = (_key: string, value: unknown): unknown =>
  typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

async function* readJson(
  file: string,
  { maxRowBytes = DEFAULT_MAX_ROW_BYTES, isOneRow = () => false }: RowLimits,
): AsyncGenerator<RawRow | BadRow> {
  const source = readBytes(file);
  let next: RowPlace = { file, line: 1, byteOffset: 0 };
  try {
    const opened = await openRows(source, maxRowBytes);
    if ('document' in opened) return yield { ...next, bytes: opened.document, isEnded: true };
    const isList = 'list' in opened;
    if ('why' in opened && !isList) return yield { ...next, why: opened.why };
    const placeOf = (line: number, byteOffset: number): RowPlace =>
      isList ? { file, line: 1, byteOffset, index: line - 1 } : { file, line, byteOffset };
    const chunks = isList ? linesOfList(opened.list) : opened.chunks;
    for await (const { line, byteOffset, length, bytes, isEnded } of splitLines(chunks, maxRowBytes)) {
      const place = placeOf(line, byteOffset);
      if (isList && line === 1 && isOneRow(elementOf(bytes))) return yield { ...next, why: opened.why };
      next = placeOf(line + 1, byteOffset + length + 1);
      if (bytes === undefined) yield { ...place, why: tooLong(length, maxRowBytes) };
      else if (!isBlank(bytes)) yield { ...place, bytes, isEnded };
    }
  } catch (error) {
    if (!(error instanceof DecompressError)) throw error;
    yield { ...next, why: error.message };
  } finally {
    await source.return(undefined); // whoever stops early leaves no file open
  }
}

export function parseRow(raw: RawRow): Row | BadRow {
  const { isEnded, ...row } = raw;
  const parsed = parseJson(row.bytes);
  if ('value' in parsed) return { ...row, value: parsed.value };
  return { ...row, why: parsed.why, ...(!isEnded && { isTorn: true }) };
}

const elementOf = (bytes: Buffer | undefined): unknown => {
  const parsed = bytes && parseJson(bytes);
  return parsed && 'value' in parsed ? parsed.value : undefined;
};

/** Blanks, tabs and CR alone, however many. */
const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
