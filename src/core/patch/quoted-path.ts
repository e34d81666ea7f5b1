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

/** A path that is not in quotes is itself. */
export function unquotePath(printed: string): string {
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
  const bytes = Buffer.from(path, 'utf8').toString('latin1');
  const escaped = bytes.replace(/[^ -~]|["\\]/g, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    return `\\${LETTERS.get(character) ?? character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return escaped === bytes ? path : `"${escaped}"`;
}
