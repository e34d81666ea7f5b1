// Where the commands of a script run, as far as the script alone tells.
import { posix } from 'node:path';
import type { Word } from './words.ts';

/** What one command leaves for the next. */
export interface Shell {
  /** Undefined once it cannot be told. */
  cwd: string | undefined;
}

/** Moves the shell as the command does when it succeeds. */
export function changeDirectory(shell: Shell, [name, ...args]: readonly Word[]): void {
  if (name?.text === 'popd') shell.cwd = undefined;
  if (name?.text !== 'cd' && name?.text !== 'pushd') return;
  const target = args.find(({ text }) => !/^-[a-zA-Z-]+$/.test(text));
  shell.cwd = target?.literal && target.text !== '-' ? joinDirectory(shell.cwd, target.text) : undefined;
}

function joinDirectory(from: string | undefined, path: string): string | undefined {
  if (path.startsWith('/')) return posix.normalize(path);
  return from === undefined ? undefined : posix.join(from, path);
}
