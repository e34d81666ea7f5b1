// The engine's attach protocol without a terminal: frames of an 8-byte header (stream, length) and that many bytes.
import type { Duplex } from 'node:stream';
import { readInPlace } from '../engine/read-in-place.ts';

const HEADER = 8;
const STDOUT = 1;

/** Gives stdout's bytes as they come, in memory that is used again; nothing is buffered but a torn header. stderr is dropped. */
export function readStdout(stream: Duplex, sink: (bytes: Buffer) => void): void {
  const header = Buffer.alloc(HEADER);
  let read = 0;
  let left = 0;
  readInPlace(stream, (chunk) => {
    let bytes = chunk;
    while (bytes.length > 0) {
      if (left === 0) {
        const more = bytes.copy(header, read);
        read += more;
        bytes = bytes.subarray(more);
        if (read < HEADER) return;
        left = header.readUInt32BE(4);
      }
      const part = bytes.subarray(0, left);
      if (part.length > 0 && header[0] === STDOUT) sink(part);
      left -= part.length;
      bytes = bytes.subarray(part.length);
      if (left === 0) read = 0;
    }
  });
}
