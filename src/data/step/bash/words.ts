// A word as bash reads it before expansion: quotes and backslashes taken away, `$x` and globs left as they are written.
import type { SyntaxNode } from './syntax-node.ts';

export interface Word {
  text: string;
  /** Nothing in it is expanded: what is written is what the command gets. */
  literal: boolean;
}

export function readWord(node: SyntaxNode, script: string): Word {
  const written = script.slice(node.start, node.end);
  switch (node.type) {
    case 'word':
    case 'number':
      return { text: removeBackslashes(written, /\\([\s\S])/g), literal: !/^~|[*?[{]/.test(written) };
    case 'raw_string':
      return { text: written.slice(1, -1), literal: true };
    case 'ansi_c_string':
      return { text: readAnsi(written.slice(2, -1)), literal: true };
    case 'string':
      return readDoubleQuoted(node, script);
    case 'command_name':
    case 'concatenation':
      return join(node.children.map((child) => readWord(child, script)));
    default:
      return { text: written, literal: false };
  }
}

/** Its children are what is expanded, the pieces between them, and the quotes. */
function readDoubleQuoted({ children, start, end }: SyntaxNode, script: string): Word {
  const words: Word[] = [];
  let at = start + 1;
  const takeText = (to: number): void => {
    if (to > at) words.push({ text: removeBackslashes(script.slice(at, to), IN_QUOTES), literal: true });
  };
  for (const child of children) {
    if (child.type === 'string_content' || child.type === '"') continue;
    takeText(child.start);
    words.push({ text: script.slice(child.start, child.end), literal: false });
    at = child.end;
  }
  takeText(end - 1);
  return join(words);
}

const join = (words: readonly Word[]): Word => ({
  text: words.map(({ text }) => text).join(''),
  literal: words.every(({ literal }) => literal),
});

/** What a backslash means something before in double quotes. */
export const IN_QUOTES = /\\([$`"\\\n])/g;

/** A backslash before a newline continues the line: both vanish. */
export const removeBackslashes = (text: string, escapes: RegExp): string =>
  text.includes('\\') ? text.replace(escapes, (_, character: string) => (character === '\n' ? '' : character)) : text;

const readAnsi = (text: string): string => text.replace(/\\([\s\S])/g, (_, letter: string) => ANSI[letter] ?? letter);

const ANSI: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', e: '\x1b', f: '\f', v: '\v' };
