// What a file format is to the writer.
import type { EncodedRows } from './encode.ts';

/** Turns rows into the bytes of a file. */
export interface FileEncoder {
  /** Bytes to append. */
  encode(rows: EncodedRows): Uint8Array;
  /** What has to follow the last row. */
  end(): Uint8Array;
}
