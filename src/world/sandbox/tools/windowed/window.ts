// SWE-agent's window on a file: some hundred lines, which `open` and `goto` move so that the line asked for stands near its top.
import type { ExecResult } from '../../sandbox.ts';
import { quote } from '../../shell/command-text.ts';
import type { ToolContext } from '../tool.ts';
import { dialects } from './dialects.ts';
import { lineCount, printLines, type WindowedFile } from './print.ts';

/** The file named, or the one that is open; otherwise why not. */
export async function openFile(
  name: string | undefined,
  context: ToolContext,
): Promise<WindowedFile | { refused: string }> {
  const file = name ?? context.memory.window?.path;
  if (file === undefined) return { refused: 'No file open. Use the open command first.' };
  const word = quote(file);
  const { output } = await runInShell(
    `if [ -d ${word} ]; then echo directory; elif [ -e ${word} ]; then echo file; realpath -- ${word}; cat < ${word}; else echo none; fi`,
    context,
  );
  const [kind, path = '', ...lines] = output.split('\n');
  if (kind === 'directory')
    return { refused: `Error: ${file} is a directory. You can only open files. Use cd or ls to navigate directories.` };
  const dialect = dialects[context.dialect];
  if (kind !== 'file') return { refused: dialect.notFound(file) };
  const opened = { name: dialect.title(file, path), path, text: dialect.read(lines.join('\n')) };
  moveTo(context.memory.window?.firstLine ?? 0, opened, context);
  return opened;
}

/** The window's first line, as far as the file's end allows. */
export function moveTo(line: number, { path, text }: WindowedFile, { memory, dialect }: ToolContext): void {
  const firstLine = Math.max(0, Math.min(line, dialects[dialect].lastStart(lineCount({ text }))));
  memory.window = { path, firstLine };
}

/** Shows the line, from 0, near the window's top. */
export const goTo = (line: number, file: WindowedFile, context: ToolContext): void =>
  moveTo(dialects[context.dialect].firstLine.goto(line), file, context);

export const printWindow = (file: WindowedFile, { memory }: ToolContext): string =>
  printLines(file, memory.window?.firstLine ?? 0);

const MAX_BYTES = 16 * 1024 * 1024;

/** Where the attempt's commands run: names are relative to the directory that its shell is in. */
export function runInShell(script: string, { session, sandbox, signal }: ToolContext): Promise<ExecResult> {
  return (session ?? sandbox).exec(script, { maxOutputBytes: MAX_BYTES, ...(signal && { signal }) });
}
