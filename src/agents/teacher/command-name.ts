// A shell command as it may be recorded: commands often begin with `API_KEY=…`, and records are shared.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** Its program, without variables before it and arguments after it. */
export const programOf = (command: string): string =>
  basename(command.split(/\s+/).find((word) => word !== '' && !/^\w+=/.test(word) && word !== 'env') ?? '');

/** Two commands are the same one when their hashes are. */
export const commandHash = (command: string): string => createHash('sha256').update(command).digest('hex').slice(0, 16);
