// The bytes of a file, decompressed by what it holds (gzip, Zstandard) and not by its name, a piece at a time.
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DecompressError } from './decompress-error.ts';
import { isZstd, unzstd } from './zstd.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Throws Node's own error when the file cannot be opened or read, `DecompressError` when compressed data is cut off or wrong. */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path);
  const first = await readChunk(file);
  yield* decompressorOf(first)(chunksOf(file, first));
}

type Decompressor = (chunks: AsyncGenerator<Buffer>) => AsyncGenerator<Buffer>;

function decompressorOf(beginning: Buffer): Decompressor {
  if (beginning[0] === 0x1f && beginning[1] === 0x8b) return gunzip;
  return isZstd(beginning) ? unzstd : (chunks) => chunks;
}

async function* chunksOf(file: FileHandle, first: Buffer): AsyncGenerator<Buffer> {
  for (let chunk = first; chunk.length > 0; chunk = await readChunk(file)) yield chunk;
}

/** Empty at the end of the file. */
async function readChunk(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES));
  return buffer.subarray(0, bytesRead);
}

async function* gunzip(compressed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzipped = createGunzip({ chunkSize: CHUNK_BYTES });
  const source = Readable.from(compressed, { objectMode: false });
  source.on('error', (error) => gunzipped.destroy(error));
  try {
    yield* source.pipe(gunzipped) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
    throw new DecompressError(`gzip: ${(error as Error).message}`);
  } finally {
    source.destroy();
  }
}
