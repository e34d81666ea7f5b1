// Paths as git prints them in patches: unusual bytes escaped as in C, the whole then in double quotes.

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};
const LETTERS = new Map(Object.entries(ESCAPES).map(([letter, character]) => [character, letter]));

/** Linux takes no longer path; in quotes each of its bytes has up to four characters. */
const LONGEST = 4 * 4096 + 2;

/** A path that is not in quotes, or longer than any path, is itself. */
export function unquotePath(printed: string): string {
  if (!printed.startsWith('"') || printed.length > LONGEST) return printed;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(printed)?.[1];
  if (quoted === undefined) return printed;
  const bytes = Buffer.from(quoted, 'utf8')
    .toString('latin1')
    .replace(/\\([0-7]{1,3}|.)/g, (_, code: string) =>
      /[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (ESCAPES[code] ?? code),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

export function quotePath(path: string): string {
  if (!UNUSUAL.test(path)) return path;
  const bytes = Buffer.from(path, 'utf8').toString('latin1');
  return `"${bytes.replace(new RegExp(UNUSUAL, 'g'), escapeByte)}"`;
}

const UNUSUAL = /[^ -~]|["\\]/;

function escapeByte(byte: string): string {
  if (byte === '"' || byte === '\\') return `\\${byte}`;
  return `\\${LETTERS.get(byte) ?? byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
