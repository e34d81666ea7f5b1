// A data set on disk: one file, or shards of so many rows each, `steps-00000.jsonl`, `steps-00001.jsonl`, …
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import type { Columns } from './columns.ts';
import type { EncodedRows } from './encode.ts';
import { openRowsWriter, type RowsWriter } from './writer.ts';

export interface DatasetWriter extends AsyncDisposable {
  write(rows: EncodedRows): Promise<void>;
  /** The files. */
  commit(): Promise<string[]>;
}

/** `shardRows` 0: one file, `path` itself. Shards of an earlier, longer data set at the same path are removed. */
export async function openDataset(path: string, columns: Columns, shardRows = 0): Promise<DatasetWriter> {
  const files: string[] = [];
  let writer: RowsWriter | undefined;
  let room = 0;
  const next = async (): Promise<RowsWriter> => {
    await writer?.commit();
    const file = shardRows === 0 ? path : shardPath(path, files.length);
    writer = await openRowsWriter(file, columns);
    files.push(file);
    room = shardRows === 0 ? Number.POSITIVE_INFINITY : shardRows;
    return writer;
  };
  return {
    async write(rows) {
      let from = 0;
      while (from < rows.ends.length) {
        const target = room === 0 || writer === undefined ? await next() : writer;
        const to = Math.min(rows.ends.length, from + room);
        await target.write(sliceRows(rows, from, to));
        room -= to - from;
        from = to;
      }
    },
    async commit() {
      await (writer ?? (await next())).commit();
      if (shardRows > 0) await removeOldShards(path, files);
      return files;
    },
    async [Symbol.asyncDispose]() {
      await writer?.[Symbol.asyncDispose]();
    },
  };
}

function shardPath(path: string, index: number): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}-${String(index).padStart(5, '0')}${ext}`);
}

async function removeOldShards(path: string, files: readonly string[]): Promise<void> {
  const { name, ext } = parse(path);
  const current = new Set(files.map((file) => basename(file)));
  for (const found of await readdir(dirname(path))) {
    const isShard =
      found.startsWith(`${name}-`) &&
      found.endsWith(ext) &&
      /^\d{5}$/.test(found.slice(name.length + 1, -ext.length || undefined));
    if (isShard && !current.has(found)) await rm(join(dirname(path), found));
  }
}

function sliceRows({ bytes, ends }: EncodedRows, from: number, to: number): EncodedRows {
  const start = ends[from - 1] ?? 0;
  return { bytes: bytes.subarray(start, ends[to - 1]), ends: ends.slice(from, to).map((end) => end - start) };
}
