// Zstandard (RFC 8878), frame by frame and block by block: every frame says how much memory its reader needs, and none is believed.
import { Decompress } from 'fzstd';
import { ByteReader } from './byte-reader.ts';
import { DecompressError } from './decompress-error.ts';

/** As far back as zstd's own tools look by default. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;
const MAX_BLOCK_BYTES = 128 * 1024;
const FRAME_MAGIC = 0xfd2fb528;

export const isZstd = (beginning: Buffer): boolean =>
  beginning.length >= 4 && (beginning.readUInt32LE() === FRAME_MAGIC || isSkippable(beginning));

/** All frames; holds one window and one block. */
export async function* unzstd(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  await using reader = new ByteReader(compressed, () => new DecompressError('zstd: unexpected end of file'));
  for (let magic = await reader.upTo(4); magic.length > 0; magic = await reader.upTo(4)) {
    if (magic.length < 4 || !isZstd(magic)) throw new DecompressError('zstd: a frame that begins with other bytes');
    if (isSkippable(magic)) await reader.skip((await reader.take(4)).readUInt32LE());
    else yield* readFrame(reader, magic);
  }
}

const isSkippable = (magic: Buffer): boolean => (magic.readUInt32LE() & 0xfffffff0) >>> 0 === 0x184d2a50;

async function* readFrame(reader: ByteReader, magic: Buffer): AsyncGenerator<Buffer> {
  const output: Buffer[] = [];
  const decoder = new Decompress((block) => output.push(Buffer.from(block.buffer, block.byteOffset, block.length)));
  const decode = (bytes: Buffer, isLast = false): Buffer[] => {
    try {
      decoder.push(bytes, isLast);
    } catch (error) {
      throw new DecompressError(`zstd: ${(error as Error).message}`);
    }
    return output.splice(0);
  };
  const { header, hasChecksum } = await readHeader(reader);
  yield* decode(Buffer.concat([magic, header]));
  for (let isLast = false; !isLast; ) {
    const start = await reader.take(3);
    const [size, type] = [start.readUIntLE(0, 3) >> 3, (start[0]! >> 1) & 3];
    isLast = (start[0]! & 1) === 1;
    if (size > MAX_BLOCK_BYTES) throw new DecompressError(`zstd: a block of ${size} bytes`);
    yield* decode(Buffer.concat([start, await reader.take(type === RUN_LENGTH ? 1 : size)]));
  }
  if (hasChecksum) yield* decode(await reader.take(4));
  yield* decode(Buffer.alloc(0), true);
}

const RUN_LENGTH = 1;

async function readHeader(reader: ByteReader): Promise<{ header: Buffer; hasChecksum: boolean }> {
  const first = await reader.take(1);
  const descriptor = first[0]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const rest = await reader.take((isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);
  const window = isSingleSegment ? contentSize(rest.subarray(dictionaryBytes)) : windowSize(rest[0]!);
  if (window > MAX_WINDOW_BYTES)
    throw new DecompressError(`zstd: a window of ${window} bytes; up to ${MAX_WINDOW_BYTES} are read`);
  return { header: Buffer.concat([first, rest]), hasChecksum: (descriptor & 4) !== 0 };
}

const windowSize = (descriptor: number): number => 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);

function contentSize(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}
