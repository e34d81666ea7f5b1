// Text of files, models and containers on its way to a terminal: shown, never obeyed. None of it can set a title, write to the clipboard, move
// the cursor, or turn the direction in which a person reads.
import { escapeControls } from '../schema/escape-controls.ts';

/** `lines: true` keeps line ends and tabs, where text of several lines is expected. */
export const printable = (text: string, { lines = false } = {}): string =>
  lines ? text.replace(/[^\n\t]+/g, escapeControls) : escapeControls(text);

/** JSON of the same value without a raw control character: JSON itself lets DEL and C1 through. */
export const printableJson = (value: unknown): string => escapeControls(JSON.stringify(value));
