// A file of rows, written as they come and there only once it is whole: beside its name, then renamed over it.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface RowWriter extends AsyncDisposable {
  /** Waits when the disk is slower than whoever writes. */
  write(row: unknown): Promise<void>;
  /** Puts the file in its place. Without it, nothing is left behind. */
  commit(): Promise<void>;
}

/** JSON lines; compressed when the name ends in .gz. */
export async function openRowWriter(path: string): Promise<RowWriter> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const input = path.endsWith('.gz') ? createGzip() : new PassThrough();
  const written = pipeline(input, createWriteStream(temporary));
  written.catch(() => undefined); // told by whoever waits for it next
  return {
    async write(row) {
      if (input.destroyed) await written;
      if (!input.write(`${JSON.stringify(row)}\n`)) await once(input, 'drain');
    },
    async commit() {
      input.end();
      await written;
      await rename(temporary, path);
    },
    async [Symbol.asyncDispose]() {
      input.destroy();
      await finished(input).catch(() => undefined);
      await written.catch(() => undefined);
      await rm(temporary, { force: true }).catch(() => undefined);
    },
  };
}
