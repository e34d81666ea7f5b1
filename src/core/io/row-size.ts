// The bytes of a row that is written: no longer than the longest that is read.
import { ConfigError } from '../schema/errors.ts';
import { DEFAULT_MAX_ROW_BYTES } from './rows.ts';

/** A row that readers would refuse. */
export class RowTooLargeError extends ConfigError {
  /** Without the file. */
  readonly reason: string;
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}. Leave out what makes it so long.`);
    this.reason = reason;
  }
}

/** A line of JSON with its LF. `file`: where it is to go. */
export function rowBytes(row: unknown, file: string, maxBytes = DEFAULT_MAX_ROW_BYTES): Buffer {
  const line = Buffer.from(`${JSON.stringify(row)}\n`);
  if (line.length - 1 <= maxBytes) return line;
  throw new RowTooLargeError(file, `a row of ${line.length - 1} bytes is not written, up to ${maxBytes} are read`);
}
