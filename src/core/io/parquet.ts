// Rows out of Parquet files as they are published: with whatever compression they were written, a row group at a time.
import { open, stat } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import {
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  snappyUncompress,
} from 'hyparquet';

/** By its first bytes. Pipes are not looked into: what is read of one is gone. */
export async function isParquet(path: string): Promise<boolean> {
  if (!(await stat(path)).isFile()) return false;
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4));
  return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
}

/** `columns`: only these, as far as the file has them. Throws what is wrong with the file. */
export async function* readParquetRows(
  path: string,
  columns?: readonly string[],
): AsyncGenerator<Record<string, unknown>> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const wanted = names.filter((name) => columns?.includes(name) ?? true);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const compressors = compressorsWithin(MAX_GROUP_BYTES);
    yield* await parquetReadObjects({ file, metadata, columns: wanted, rowStart, rowEnd, compressors });
    rowStart = rowEnd;
  }
}

/** What the pages of a row group may be decompressed to, together: they are in memory at once. */
const MAX_GROUP_BYTES = 2 * 1024 ** 3;

/** A page is never made longer than it says that it is, and all together not longer than `limit`. */
function compressorsWithin(limit: number): Compressors {
  let total = 0;
  const counted =
    (decompressPage: (bytes: Uint8Array, length: number) => Uint8Array) => (bytes: Uint8Array, length: number) => {
      total += length;
      if (length < 0 || total > limit)
        throw new Error(`a row group of more than ${limit} bytes; write the file again with smaller row groups`);
      return length === 0 ? new Uint8Array() : decompressPage(bytes, length);
    };
  return {
    SNAPPY: counted((bytes, length) => {
      const page = new Uint8Array(length);
      snappyUncompress(bytes, page);
      return page;
    }),
    GZIP: counted((bytes, length) => gunzipSync(bytes, { maxOutputLength: length })),
    BROTLI: counted((bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length })),
    ZSTD: counted((bytes, length) => decompress(bytes, new Uint8Array(length))),
  };
}
