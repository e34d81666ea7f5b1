// Text of files, models and containers on its way to a terminal: shown, never obeyed.

/** Control characters (C0 but for tab, DEL, C1) and bidirectional overrides become `�`: none can set a title, write to the clipboard, move the
 * cursor, or reorder what a person reads. `lines: true` keeps line ends. */
export const printable = (text: string, { lines = false } = {}): string =>
  text.replace(lines ? CONTROL : CONTROL_OR_LINE_END, '�');

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const CONTROL_OR_LINE_END = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;
