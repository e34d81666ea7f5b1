// What SWE-agent answers to an edit.
import type { EditedLines } from './new-errors.ts';
import { lineCount, printLines, type WindowedFile } from './print.ts';

export interface EditTexts {
  nothingOpen: string;
  done(window: string): string;
  refused(edit: RefusedEdit): string;
}

export interface RefusedEdit {
  /** A line each. */
  problems: string;
  applied: WindowedFile;
  original: WindowedFile;
  /** What the window shows first, from 0. */
  firstLine: number;
  lines: EditedLines;
}

export const v1: EditTexts = {
  nothingOpen: 'No file opened. Use the `open` command first.',
  done: (window) => `File updated. Please review the changes and make sure they are correct
(correct indentation, no duplicate lines, etc). Edit the file again if necessary.
${window}
`,
  refused: ({ problems, applied, original, firstLine }) => `${REFUSAL}

ERRORS:
${problems}

This is how your edit would have looked if applied
------------------------------------------------
${printLines(applied, firstLine)}
------------------------------------------------

This is the original code before your edit
------------------------------------------------
${printLines(original, firstLine)}
------------------------------------------------

Your changes have NOT been applied. Please fix your edit command and try again.
DO NOT re-run the same failed edit command. Running it again will lead to the same error.
`,
};

/** Of a refused edit it shows some lines around the edit, not the window. */
export const v07: EditTexts = {
  nothingOpen: 'No file open. Use the `open` command first.\n',
  done: (window) => `${window}
File updated. Please review the changes and make sure they are correct (correct indentation, no duplicate lines, etc). Edit the file again if necessary.
`,
  refused: ({ problems, applied, original, lines: { first, last, lines } }) => `${REFUSAL}

ERRORS:
${problems}

This is how your edit would have looked if applied
-------------------------------------------------
${printAround(applied, first + Math.trunc(lines / 2), lines + 10)}
-------------------------------------------------

This is the original code before your edit
-------------------------------------------------
${printAround(original, first + Math.trunc((last - first + 2) / 2), last - first + 11)}
-------------------------------------------------
Your changes have NOT been applied. Please fix your edit command and try again.
You either need to 1) Specify the correct start/end line arguments or 2) Correct your edit code.
DO NOT re-run the same failed edit command. Running it again will lead to the same error.
`,
};

const REFUSAL =
  'Your proposed edit has introduced new syntax error(s). Please read this error message carefully and then retry editing the file.';

/** Lines around one, which is half of them away from either end of the file at least. */
function printAround(file: WindowedFile, line: number, shown: number): string {
  const [count, half] = [lineCount(file), Math.floor(shown / 2)];
  const centre = Math.max(half, Math.min(line, count - half));
  const end = Math.min(count, Math.floor(centre + shown / 2));
  const first = Math.max(0, end - shown);
  return printLines(file, first, end - first);
}
