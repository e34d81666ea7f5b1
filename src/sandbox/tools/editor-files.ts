// Files as the editor sees them: text in the encoding that gives every byte back, and SWE-agent's numbered listing.
import { isUtf8 } from 'node:buffer';
import { SandboxError } from '../../schema/errors.ts';
import type { ToolContext } from './tool.ts';

const MAX_LISTED_CHARS = 16_000;
const CLIPPED =
  '<response clipped><NOTE>To save on context only part of this file has been shown to you. You should retry this tool after you have searched inside the file with `grep -n` in order to find the line numbers of what you are looking for.</NOTE>';

export type PathKind = 'file' | 'directory' | 'none';

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export async function pathKind(path: string, { sandbox, signal }: ToolContext): Promise<PathKind> {
  const probe = `if [ -d ${quote(path)} ]; then echo directory; elif [ -e ${quote(path)} ]; then echo file; else echo none; fi`;
  const { output } = await sandbox.exec(probe, signal ? { signal } : {});
  const kind = output.trim();
  if (kind === 'file' || kind === 'directory' || kind === 'none') return kind;
  throw new SandboxError(`cannot tell what ${path} is: the sandbox answered ${JSON.stringify(kind.slice(0, 80))}`);
}

export interface TextFile {
  text: string;
  /** Writes another text in the same encoding, mode kept, through symbolic links. */
  write(text: string): Promise<void>;
}

/** UTF-8 where the bytes are, otherwise Latin-1, which maps every byte to one character and back. */
export async function openText(path: string, { sandbox }: ToolContext): Promise<TextFile> {
  const bytes = await sandbox.readFile(path);
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  return {
    text: bytes.toString(encoding),
    async write(text) {
      const { output } = await sandbox.exec(`readlink -f -- ${quote(path)} && stat -L -c %a -- ${quote(path)}`);
      const [target, mode] = output.split('\n');
      await sandbox.writeFile(
        target || path,
        Buffer.from(text, encoding),
        mode ? { mode: Number.parseInt(mode, 8) } : {},
      );
    },
  };
}

/** Lines numbered from `firstLine`, as `cat -n` prints them. */
export function listing(text: string, what: string, firstLine = 1): string {
  const shown = text.length > MAX_LISTED_CHARS ? text.slice(0, MAX_LISTED_CHARS) + CLIPPED : text;
  const numbered = shown.split('\n').map((line, index) => `${String(firstLine + index).padStart(6)}\t${line}`);
  return `Here's the result of running \`cat -n\` on ${what}:\n${numbered.join('\n')}\n`;
}
