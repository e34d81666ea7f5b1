// One file of rows, written as they come; it appears under its name when it is whole.
import { writeSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Columns } from './columns.ts';
import type { EncodedRows } from './encode.ts';
import type { FileEncoder } from './file-encoder.ts';
import { createParquetEncoder } from './parquet.ts';

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
  /** In this thread: another core would have to fetch what was just encoded here. */
  const append = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at);
  };
  return {
    async write(rows) {
      append(encoder.encode(rows));
    },
    async commit() {
      append(encoder.end());
      await file.close();
      await rename(temporary, path);
    },
    async [Symbol.asyncDispose]() {
      await file.close().catch(() => undefined); // closed already when committed
      await rm(temporary, { force: true });
    },
  };
}

const jsonLines: FileEncoder = { encode: ({ bytes }) => bytes, end: () => new Uint8Array() };
