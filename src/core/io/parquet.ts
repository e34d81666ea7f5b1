// Rows out of Parquet files as they are published: with whatever compression they were written.
import { open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import {
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';

/** By its first bytes. */
export async function isParquet(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4));
  return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
}

/** Of `columns`, those that the file has. Throws what is wrong with it. */
export async function readParquetRows(path: string, columns: readonly string[]): Promise<Record<string, unknown>[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const known = parquetSchema(metadata).children.map(({ element }) => element.name);
  const wanted = known.filter((name) => columns.includes(name));
  return parquetReadObjects({ file, metadata, columns: wanted, compressors });
}

/** Snappy is hyparquet's own. */
const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => decompress(bytes),
};
