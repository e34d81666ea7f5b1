// Files as the editor sees them: what is at a path, in one round trip, in the encoding that gives every byte back.
import { isUtf8 } from 'node:buffer';
import { SandboxError } from '../../../../core/schema/errors.ts';
import { quote } from '../../shell/command-text.ts';
import type { ToolContext } from '../tool.ts';

/** Beyond this a file is not for a listing; it is also far below what a sandbox would refuse to hand over. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

export type Found =
  | { kind: 'file'; file: TextFile }
  | { kind: 'directory'; below: string }
  | { kind: 'other' }
  | { kind: 'none' };

export interface TextFile {
  text: string;
  /** Writes another text in the same encoding; where that has no such character, writes nothing and says so. */
  write(text: string): Promise<{ failed: string } | undefined>;
}

/** A directory comes with what is up to two levels below it, hidden items left out, in the order of names. */
export async function look(path: string, { sandbox, signal }: ToolContext): Promise<Found> {
  const word = quote(path);
  const script = `if [ -d ${word} ]; then echo directory; find ${word} -maxdepth 2 -not -path '*/\\.*' | LC_ALL=C sort
elif [ -f ${word} ] && [ "$(wc -c < ${word})" -le ${MAX_FILE_BYTES} ]; then echo file; cat < ${word}
elif [ -e ${word} ] || [ -L ${word} ]; then echo other
else echo none; fi`;
  const { output } = await sandbox.exec(script, { maxOutputBytes: 2 * MAX_FILE_BYTES, ...(signal && { signal }) });
  const end = output.indexOf('\n');
  const [kind, rest] = [output.slice(0, end), output.slice(end + 1)];
  if (kind === 'file') return { kind, file: await textFile(path, rest, sandbox) };
  if (kind === 'directory') return { kind, below: rest };
  if (kind === 'other') return { kind };
  if (kind === 'none') return { kind };
  throw new SandboxError(`Cannot tell what ${path} is: the sandbox answered ${JSON.stringify(output.slice(0, 80))}.`);
}

/** UTF-8 where the bytes are, otherwise Latin-1, which maps every byte to one character and back. */
async function textFile(path: string, decoded: string, sandbox: ToolContext['sandbox']): Promise<TextFile> {
  const bytes = decoded.includes('\ufffd') ? await sandbox.readFile(path) : undefined;
  const encoding = bytes === undefined || isUtf8(bytes) ? 'utf8' : 'latin1';
  return {
    text: bytes?.toString(encoding) ?? decoded,
    async write(text) {
      const [foreign] = encoding === 'latin1' ? (/[^\0-\xff]/u.exec(text) ?? []) : [];
      if (foreign !== undefined) return { failed: `Latin-1, which the file is in, has no ${JSON.stringify(foreign)}` };
      await sandbox.writeFile(path, Buffer.from(text, encoding));
      return undefined;
    },
  };
}

/** Makes a file where there is none and its directory is; otherwise says why not. */
export async function createFile(
  path: string,
  text: string,
  { sandbox, signal }: ToolContext,
): Promise<'created' | 'exists' | 'no parent' | { failed: string }> {
  const word = quote(path);
  const script = `if [ -e ${word} ] || [ -L ${word} ]; then echo exists
elif [ ! -d ${quote(parentOf(path))} ]; then echo no parent
else cat > ${word} && echo created; fi`;
  const { output } = await sandbox.exec(script, { stdin: text, ...(signal && { signal }) });
  const said = output.trim();
  return said === 'created' || said === 'exists' || said === 'no parent' ? said : { failed: said };
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

export const writeFailed = (path: string, { failed }: { failed: string }): string =>
  `Ran into ${failed} while trying to write to ${path}`;
