// Where SWE-agent's window differs between 0.7, whose tools are functions of bash, and 1.0, whose tools are Python programs.
import { splitLines, universalNewlines } from '../python-text.ts';
import * as texts from './edit-texts.ts';
import { type EditedLines, type LintError, newErrors } from './new-errors.ts';
import { WINDOW_LINES } from './print.ts';

export interface WindowDialect {
  /** What the window calls a file that was asked for by a name. */
  title(asked: string, path: string): string;
  read(text: string): string;
  notFound(asked: string): string;
  /** `create` of a file that is there. */
  exists: { text(asked: string): string; isOpened: boolean };
  /** Whether `open` without a line shows the file's top; otherwise the window stays where it is. */
  opensAtTop: boolean;
  /** The first line shown for one that is gone to, or edited; both from 0. */
  firstLine: { goto(line: number): number; edit(line: number): number };
  /** The last line that the window may begin at. */
  lastStart(lineCount: number): number;
  /** Without a replacement, nothing stands there any more. */
  replaceLines(text: string, first: number, last: number, replacement: string | undefined): string;
  /** For how many lines it takes a replacement. */
  countLines(replacement: string): number;
  newErrors(before: readonly LintError[], after: readonly LintError[], edit: EditedLines): LintError[];
  edit: texts.EditTexts;
}

const v1: WindowDialect = {
  title: (asked) => asked,
  read: universalNewlines,
  notFound: (asked) => `Error: File ${asked} not found`,
  exists: { text: (asked) => `Warning: File '${asked}' already exists.`, isOpened: false },
  opensAtTop: false,
  firstLine: { goto: sixthBelowTop, edit: sixthBelowTop },
  // One less than would show the last line.
  lastStart: (count) => count - 1 - WINDOW_LINES,
  // An empty replacement is none.
  replaceLines(text, first, last, replacement) {
    const lines = text.split('\n');
    lines.splice(first, Math.max(0, last + 1 - first), ...(replacement ? replacement.split('\n') : []));
    return lines.join('\n');
  },
  countLines: (replacement) => splitLines(replacement).length,
  // That lines of the edit count from 0 here and those of errors from 1 is SWE-agent's.
  newErrors: (before, after, edit) =>
    before.length === 0 ? [...after] : newErrors(before, after, edit).filter(({ line }) => line >= edit.first),
  edit: texts.v1,
};

const v07: WindowDialect = {
  title: (_, path) => path,
  read: (text) => text,
  notFound: (asked) => `File ${asked} not found`,
  exists: { text: (asked) => `Error: File '${asked}' already exists.\n`, isOpened: true },
  opensAtTop: true,
  firstLine: { goto: (line) => line + 1 - Math.floor(WINDOW_LINES / 6), edit: (line) => line - WINDOW_LINES / 2 },
  lastStart: (count) => count - WINDOW_LINES,
  // What it writes ends in a newline; of an edit that ends before it begins, the lines between are there twice.
  replaceLines(text, first, last, replacement) {
    const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    const edited = [...lines.slice(0, first), ...(replacement?.split('\n') ?? []), ...lines.slice(last + 1)];
    return `${edited.join('\n')}\n`;
  },
  countLines: (replacement) => replacement.split('\n').length,
  newErrors: (before, after, { first, last, lines }) =>
    newErrors(before, after, { first: first + 1, last: last + 1, lines }),
  edit: texts.v07,
};

function sixthBelowTop(line: number): number {
  return Math.trunc(line - WINDOW_LINES / 6);
}

export const dialects = { stepwright: v1, 'swe-agent': v1, 'swe-agent-0.7': v07 } as const;
