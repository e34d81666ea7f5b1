import type { FileHandle } from 'node:fs/promises';

/** Bytes of a file, in memory of their own, so that wider numbers can be laid over them. Throws where the file ends before. */
export async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let filled = 0; filled < length; ) {
    // One call reads 2 GiB at most.
    const { bytesRead } = await file.read(bytes, filled, Math.min(length - filled, 1 << 30), position + filled);
    if (bytesRead === 0) throw new Error(`${filled} bytes where ${length} should be`);
    filled += bytesRead;
  }
  return bytes;
}
