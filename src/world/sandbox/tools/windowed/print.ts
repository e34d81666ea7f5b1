// Lines of a file as SWE-agent prints them: numbered, under the file's name, with how many more there are on either side.
import { splitLines } from '../python-text.ts';

export const WINDOW_LINES = 100;

export interface WindowedFile {
  /** As the first line tells it. */
  name: string;
  path: string;
  text: string;
}

export const lineCount = ({ text }: Pick<WindowedFile, 'text'>): number => splitLines(text).length;

/** `first` counts from 0. */
export function printLines({ name, text }: WindowedFile, first: number, shown = WINDOW_LINES): string {
  const count = lineCount({ text });
  const last = Math.min(first + shown, count) - 1;
  const lines = text.split('\n').slice(first, last + 1);
  return [
    `[File: ${name} (${count} lines total)]`,
    ...(first > 0 ? [`(${first} more lines above)`] : []),
    ...lines.map((line, index) => `${first + index + 1}:${line}`),
    ...(last < count - 1 ? [`(${count - last - 1} more lines below)`] : []),
  ].join('\n');
}
