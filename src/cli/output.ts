// What every command shares at its edges: results on stdout (JSON as the last line), people's text on stderr, exit codes.

import { isAbort } from '../core/run/interrupt.ts';
import { printable, printableJson } from '../core/run/printable.ts';
import { ConfigError, messageOf, TaskError } from '../core/schema/errors.ts';

export const EXIT = { done: 0, someFailed: 1, usage: 2, interrupted: 130, unread: 141 } as const;

/** Whoever read the output, `head` or `less`, has left: there is nobody to tell it. As if SIGPIPE had ended the process. */
export const quitUnread = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.unread);
};

/** The machine-readable result: one line, the last of stdout. */
export const printJson = (value: unknown): void => void process.stdout.write(`${printableJson(value)}\n`);

/** Text for people, of which parts may come from files: it does not steer the terminal. */
export const printText = (text: string): void => void process.stdout.write(`${printable(text, { lines: true })}\n`);

/** With styles in it: what comes from files has gone through `printable`. */
export const printStyled = (text: string): void => void process.stdout.write(`${text}\n`);

/** Prints an error as one line and returns the exit code it stands for. `--debug` adds the stack. */
export function reportError(error: unknown, debug = process.argv.includes('--debug')): number {
  if (isAbort(error)) {
    process.stderr.write('Interrupted: what was finished is kept; run the same command again to resume.\n');
    return EXIT.interrupted;
  }
  process.stderr.write(`error: ${printable(messageOf(error))}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${printable(String(error.stack), { lines: true })}\n`);
  return error instanceof ConfigError || error instanceof TaskError ? EXIT.usage : EXIT.someFailed;
}
