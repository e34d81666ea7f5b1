// Files as the editor sees them: text in the encoding that gives every byte back, and SWE-agent's numbered listing.
import { isUtf8 } from 'node:buffer';
import { SandboxError } from '../../schema/errors.ts';
import { quote } from '../shell/snippets.ts';
import type { ToolContext } from './tool.ts';

const MAX_LISTED_CHARS = 16_000;
const CLIPPED =
  '<response clipped><NOTE>To save on context only part of this file has been shown to you. You should retry this tool after you have searched inside the file with `grep -n` in order to find the line numbers of what you are looking for.</NOTE>';

/** Beyond this a file is not for a listing; it is also far below what a sandbox would refuse to hand over. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

export type PathKind = 'file' | 'directory' | 'other' | 'none';

export async function pathKind(path: string, { sandbox, signal }: ToolContext): Promise<PathKind> {
  const word = quote(path);
  const isSmall = `[ "$(wc -c < ${word})" -le ${MAX_FILE_BYTES} ]`;
  const probe = `if [ -d ${word} ]; then echo directory; elif [ -f ${word} ] && ${isSmall}; then echo file; elif [ -e ${word} ] || [ -L ${word} ]; then echo other; else echo none; fi`;
  const { output } = await sandbox.exec(probe, signal ? { signal } : {});
  const kind = output.trim();
  if (kind === 'file' || kind === 'directory' || kind === 'other' || kind === 'none') return kind;
  throw new SandboxError(`Cannot tell what ${path} is: the sandbox answered ${JSON.stringify(kind.slice(0, 80))}.`);
}

export interface TextFile {
  text: string;
  /** Writes another text in the same encoding. */
  write(text: string): Promise<void>;
}

/** UTF-8 where the bytes are, otherwise Latin-1, which maps every byte to one character and back. */
export async function openText(path: string, { sandbox }: ToolContext): Promise<TextFile> {
  const bytes = await sandbox.readFile(path);
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  return {
    text: bytes.toString(encoding),
    write: (text) => sandbox.writeFile(path, Buffer.from(text, encoding)),
  };
}

/** Lines numbered from `firstLine`, as `cat -n` prints them. */
export function listing(text: string, what: string, firstLine = 1): string {
  const shown = text.length > MAX_LISTED_CHARS ? text.slice(0, MAX_LISTED_CHARS) + CLIPPED : text;
  const numbered = shown.split('\n').map((line, index) => `${String(firstLine + index).padStart(6)}\t${line}`);
  return `Here's the result of running \`cat -n\` on ${what}:\n${numbered.join('\n')}\n`;
}
