// One file of rows, written as they come; it appears under its name when it is whole.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Columns } from './columns.ts';
import type { EncodedRows } from './encode.ts';
import { createParquetEncoder } from './parquet.ts';

/** Turns rows into the bytes of a file. */
export interface FileEncoder {
  /** Bytes to append. */
  encode(rows: EncodedRows): Uint8Array;
  /** What has to follow the last row. */
  end(): Uint8Array;
}

export interface RowsWriter extends AsyncDisposable {
  write(rows: EncodedRows): Promise<void>;
  /** Without it nothing is left behind. */
  commit(): Promise<void>;
}

/** `.parquet` is Parquet; everything else JSON lines. */
export async function openRowsWriter(path: string, columns: Columns): Promise<RowsWriter> {
  const encoder = path.endsWith('.parquet') ? createParquetEncoder(columns) : jsonLines;
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  const file = await open(temporary, 'w');
  let [filling, writing] = [Buffer.allocUnsafe(BUFFER_BYTES), Buffer.allocUnsafe(BUFFER_BYTES)];
  let used = 0;
  let written = Promise.resolve();
  /** One buffer is filled while the other goes to disk. */
  const flush = async (): Promise<void> => {
    await written;
    written = file.appendFile(filling.subarray(0, used));
    written.catch(() => undefined); // thrown where it is awaited
    [filling, writing] = [writing, filling];
    used = 0;
  };
  const append = async (bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + filling.length - used);
      filling.set(part, used);
      used += part.length;
      at += part.length;
      if (used === filling.length) await flush();
    }
  };
  return {
    write: (rows) => append(encoder.encode(rows)),
    async commit() {
      await append(encoder.end());
      await flush();
      await written;
      await file.close();
      await rename(temporary, path);
    },
    async [Symbol.asyncDispose]() {
      await written.catch(() => undefined);
      await file.close().catch(() => undefined); // closed already when committed
      await rm(temporary, { force: true });
    },
  };
}

const BUFFER_BYTES = 1024 * 1024;

const jsonLines: FileEncoder = { encode: ({ bytes }) => bytes, end: () => new Uint8Array() };
