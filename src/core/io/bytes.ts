// The bytes of a file, decompressed by what it holds (gzip, Zstandard) and not by its name, a piece at a time.
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';

/** The file could be opened, but what it holds cannot be decompressed further. What came before it is good. */
export class DecompressError extends Error {}

const CHUNK_BYTES = 1024 * 1024;

/** Throws Node's own error when the file cannot be opened or read, `DecompressError` when compressed data is cut off or wrong. */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path);
  const first = await readChunk(file);
  yield* decompressorOf(first)(chunksOf(file, first));
}

type Decompressor = (chunks: AsyncGenerator<Buffer>) => AsyncGenerator<Buffer>;

function decompressorOf(beginning: Buffer): Decompressor {
  const magic = beginning.subarray(0, 4).toString('hex');
  if (magic.startsWith('1f8b')) return gunzip;
  return magic === '28b52ffd' || /^5.2a4d18$/.test(magic) ? unzstd : (chunks) => chunks;
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

/** Four compressed bytes may stand for 128 KiB, so that pieces are small. */
const ZSTD_PIECE_BYTES = 4096;
/** As far back as zstd's own tools look without being told to. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;

async function* unzstd(compressed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const blocks: Buffer[] = [];
  const decoder = new Decompress((block) => blocks.push(Buffer.from(block.buffer, block.byteOffset, block.length)));
  for await (const piece of piecesOf(compressed)) {
    let fault: unknown;
    try {
      decoder.push(piece, piece.length === 0);
    } catch (error) {
      fault = error;
    }
    yield* blocks.splice(0); // also what came before the fault
    if (fault !== undefined) throw new DecompressError(`zstd: ${(fault as Error).message}`);
  }
}

/** The empty piece is the last. */
async function* piecesOf(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && windowOf(chunk) > MAX_WINDOW_BYTES)
      throw new DecompressError(`zstd: a window of ${windowOf(chunk)} bytes; up to ${MAX_WINDOW_BYTES} are read`);
    isFirst = false;
    for (let at = 0; at < chunk.length; at += ZSTD_PIECE_BYTES) yield chunk.subarray(at, at + ZSTD_PIECE_BYTES);
  }
  yield Buffer.alloc(0);
}

/** Bytes that a frame makes its reader keep (RFC 8878, 3.1.1.1). */
function windowOf(frame: Buffer): number {
  const descriptor = frame[4] ?? 0;
  if (frame[0] !== 0x28 || frame.length < 18) return 0;
  if ((descriptor & 0x20) === 0) return 2 ** (10 + (frame[5]! >> 3)) * (1 + (frame[5]! & 7) / 8);
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const size = [1, 2, 4, 8][descriptor >> 6]!;
  return Number(size === 8 ? frame.readBigUInt64LE(5 + dictionary) : frame.readUIntLE(5 + dictionary, size));
}
