// Python's notions of text, where SWE-agent's tools show through with them.

/** `str.expandtabs()`: stops every 8 columns, counted in code points from the last line end. */
export function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  return text.replace(/[^\r\n]*\t[^\r\n]*/g, (line) => {
    let column = 0;
    return line.replace(/[^\t]+|\t/g, (part) => {
      const shown = part === '\t' ? ' '.repeat(8 - (column % 8)) : part;
      column += [...shown].length;
      return shown;
    });
  });
}

/** `str.splitlines()`: a line end at the very end begins no further line. */
export function splitLines(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python's line ends
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** What reading in text mode makes of line ends. */
export const universalNewlines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

/** `text[:chars]`, in code points. */
export const firstCodePoints = (text: string, chars: number): string =>
  text.length <= chars ? text : [...text.slice(0, 2 * chars)].slice(0, chars).join('');

/** `str(pathlib.Path(path))`: no doubled slashes, no `.`, no slash at the end; `..` stays. */
export function pathText(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}` || '.';
}
