// SWE-agent's window on a file: some hundred lines, which `open` and `goto` move so that the line asked for stands near its top.
import type { ExecResult } from '../../sandbox.ts';
import { quote } from '../../shell/command-text.ts';
import { splitLines, universalNewlines } from '../python-text.ts';
import type { ToolContext } from '../tool.ts';

export const WINDOW_LINES = 100;
export const OVERLAP_LINES = 2;

/** What is open, from tool call to tool call. */
export interface OpenWindow {
  /** Absolute, without links. */
  path: string;
  /** First line shown, from 0. */
  firstLine: number;
}

export interface WindowedFile {
  /** As it was named: so the status line tells it. */
  name: string;
  path: string;
  text: string;
}

export const lineCount = ({ text }: Pick<WindowedFile, 'text'>): number => splitLines(text).length;

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
  if (kind !== 'file') return { refused: `Error: File ${file} not found` };
  const text = universalNewlines(lines.join('\n'));
  context.memory.window = { path, firstLine: clamp(context.memory.window?.firstLine ?? 0, text) };
  return { name: file, path, text };
}

/** Puts the line, from 0, a sixth of the window below its top. */
export function goTo(line: number, file: WindowedFile, { memory }: ToolContext): void {
  memory.window = { path: file.path, firstLine: clamp(Math.trunc(line - WINDOW_LINES / 6), file.text) };
}

export function scroll(lines: number, file: WindowedFile, { memory }: ToolContext): void {
  memory.window = { path: file.path, firstLine: clamp((memory.window?.firstLine ?? 0) + lines, file.text) };
}

const clamp = (line: number, text: string): number =>
  Math.max(0, Math.min(line, lineCount({ text }) - 1 - WINDOW_LINES));

/** The window as SWE-agent prints it. */
export function printWindow({ name, text }: WindowedFile, { memory }: ToolContext): string {
  const [count, first] = [lineCount({ text }), memory.window?.firstLine ?? 0];
  const last = Math.min(first + WINDOW_LINES, count) - 1;
  const lines = text.split('\n').slice(first, last + 1);
  return [
    `[File: ${name} (${count} lines total)]`,
    ...(first > 0 ? [`(${first} more lines above)`] : []),
    ...lines.map((line, index) => `${first + index + 1}:${line}`),
    ...(last < count - 1 ? [`(${count - last - 1} more lines below)`] : []),
  ].join('\n');
}

const MAX_BYTES = 16 * 1024 * 1024;

/** Where the attempt's commands run: names are relative to the directory that its shell is in. */
export function runInShell(script: string, { session, sandbox, signal }: ToolContext): Promise<ExecResult> {
  return (session ?? sandbox).exec(script, { maxOutputBytes: MAX_BYTES, ...(signal && { signal }) });
}
