// A file of rows, written as they come and there only once it is whole: beside its name, then renamed over it.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { replaceFile } from '../run/files.ts';
import { rowBytes } from './row-size.ts';
import { DEFAULT_MAX_ROW_BYTES, type RowLimits } from './rows.ts';

export interface RowWriter extends AsyncDisposable {
  /** Waits when the disk is slower than whoever writes. Throws a RowTooLargeError for a row that is too long to be read again. */
  write(row: unknown): Promise<void>;
  /** Puts the file in its place. Without it, nothing is left behind. */
  commit(): Promise<void>;
}

/** JSON lines; compressed when the name ends in .gz. */
export async function openRowWriter(
  path: string,
  { maxRowBytes = DEFAULT_MAX_ROW_BYTES }: Pick<RowLimits, 'maxRowBytes'> = {},
): Promise<RowWriter> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const input = path.endsWith('.gz') ? createGzip() : new PassThrough();
  const written = pipeline(input, createWriteStream(temporary, { flush: true }));
  written.catch(() => undefined); // told by whoever waits for it next
  return {
    async write(row) {
      const line = rowBytes(row, path, maxRowBytes);
      if (input.destroyed) await written;
      if (!input.write(line)) await once(input, 'drain');
    },
    async commit() {
      input.end();
      await written;
      await replaceFile(temporary, path);
    },
    async [Symbol.asyncDispose]() {
      input.destroy();
      await finished(input).catch(() => undefined);
      await written.catch(() => undefined);
      await rm(temporary, { force: true }).catch(() => undefined);
    },
  };
}
