// The simple commands of a bash action, in order, with where they stand in it. Parsed by tree-sitter-bash.
import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

export interface SimpleCommand {
  /** First word, without quotes; empty for a bare assignment or redirection. */
  name: string;
  /** The words after it, without the quotes around them. */
  args: string[];
  /** As written. */
  text: string;
  /** Byte range of `text` in the UTF-8 action: [start, end). */
  bytes: [number, number];
  /** Files that its output is written to. */
  writesTo: { path: string; append: boolean }[];
}

let shared: Promise<Parser> | undefined;

async function createParser(): Promise<Parser> {
  const require = createRequire(import.meta.url);
  await Parser.init();
  return new Parser().setLanguage(await Language.load(require.resolve('tree-sitter-bash/tree-sitter-bash.wasm')));
}

/** Commands in pipes, lists, loops and substitutions too. A script with syntax errors gives what could be made out. */
export async function parseCommands(script: string): Promise<SimpleCommand[]> {
  shared ??= createParser();
  const tree = (await shared).parse(script);
  if (tree === null) return [];
  try {
    return tree.rootNode
      .descendantsOfType('command')
      .flatMap((node) => (node === null ? [] : [readCommand(script, node)]));
  } finally {
    tree.delete();
  }
}

function readCommand(script: string, node: Node): SimpleCommand {
  const words = node.namedChildren.filter((child) => child !== null && !NOT_WORDS.includes(child.type)) as Node[];
  const [name = '', ...args] = words.map(({ text }) => unquote(text));
  const start = Buffer.byteLength(script.slice(0, node.startIndex));
  return {
    name,
    args,
    text: node.text,
    bytes: [start, start + Buffer.byteLength(node.text)],
    writesTo: targetsOf(node),
  };
}

const NOT_WORDS = ['variable_assignment', 'file_redirect', 'heredoc_redirect', 'herestring_redirect'];

/** Redirections stand inside the command or, after it, in a `redirected_statement` around it. */
function targetsOf(node: Node): SimpleCommand['writesTo'] {
  const around = node.parent?.type === 'redirected_statement' ? node.parent.namedChildren : [];
  return [...node.namedChildren, ...around].flatMap((child) => {
    const operator = child?.type === 'file_redirect' ? /^(?:1|&)?(>>?)/.exec(child.text)?.[1] : undefined;
    const path = unquote(child?.namedChildren.at(-1)?.text ?? '');
    // A file, not another stream: `>&2`, `>/dev/null`.
    const isFile = path !== '' && !path.startsWith('/dev/') && !/^\d+$/.test(path);
    return operator !== undefined && isFile ? [{ path, append: operator === '>>' }] : [];
  });
}

const unquote = (word: string): string => /^(["'])([\s\S]*)\1$/.exec(word)?.[2] ?? word;
