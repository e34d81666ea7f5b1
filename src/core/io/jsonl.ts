// Appends rows to a file of JSON lines: whole, on the disk before they count as written, and none that its readers would refuse.
import { type FileHandle, open } from 'node:fs/promises';
import { withSpace } from '../run/files.ts';
import { LF } from './lines.ts';
import { parseJson } from './parse-json.ts';
import { rowBytes } from './row-size.ts';
import { DEFAULT_MAX_ROW_BYTES } from './rows.ts';

interface Waiting {
  line: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** One process at a time may append to a file. */
export class JsonlWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Bytes of whole rows. */
  #size: number;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  private constructor(path: string, file: FileHandle, size: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Opens for appending and cuts half a row that a killed process may have left at the end. */
  static async open(path: string): Promise<JsonlWriter> {
    const file = await open(path, 'a+');
    try {
      return new JsonlWriter(path, file, await endWithRow(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Resolves once the row is on the disk: rows of one moment share the wait for it. Throws a ConfigError for a row that is too long to be
   * read again, and when the disk is full; what was there before is whole. */
  async append(row: unknown): Promise<void> {
    const line = rowBytes(row, this.#path);
    const written = new Promise<void>((resolve, reject) => this.#waiting.push({ line, resolve, reject }));
    this.#flushing ??= this.#flush();
    return written;
  }

  async #flush(): Promise<void> {
    await Promise.resolve(); // what is appended at once is written at once
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        const rows = batch.length === 1 ? 'a row' : `${batch.length} rows`;
        await withSpace(rows, this.#path, () => this.#write(Buffer.concat(batch.map(({ line }) => line))));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#flushing = undefined;
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }
}

const BLOCK_BYTES = 64 * 1024;

/** Makes the file end with a whole row, and gives its size. A last row that lacks nothing but its LF gets it; half a row is cut. */
async function endWithRow(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const end = await endOfLines(file, size);
  if (end === size) return size;
  if (size - end <= DEFAULT_MAX_ROW_BYTES) {
    const tail = Buffer.alloc(size - end);
    await file.read(tail, 0, tail.length, end);
    if ('value' in parseJson(tail)) {
      await file.appendFile('\n');
      return size + 1;
    }
  }
  await file.truncate(end);
  return end;
}

/** Where the last LF ends, looked for from the end: files grow beyond what fits in memory. */
async function endOfLines(file: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(LF);
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return 0;
}
