// Bash's syntax trees as plain objects: tree-sitter-bash, compiled to WebAssembly, reads the script.
import { createRequire } from 'node:module';
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { bindTightly } from './precedence.ts';
import type { SyntaxNode } from './syntax-node.ts';

/** The tree of a script, or undefined when the grammar finds an error in it. */
export type ReadSyntax = (script: string) => SyntaxNode | undefined;

let loading: Promise<ReadSyntax> | undefined;

export function loadBashSyntax(): Promise<ReadSyntax> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ReadSyntax> {
  const require = createRequire(import.meta.url);
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve('tree-sitter-bash/tree-sitter-bash.wasm')));
  return (script) => {
    const tree = parser.parse(script);
    if (tree === null) return undefined;
    const cursor = tree.walk();
    try {
      return tree.rootNode.hasError ? undefined : copyNode(cursor);
    } finally {
      // Memory of WebAssembly is freed by hand.
      cursor.delete();
      tree.delete();
    }
  };
}

function copyNode(cursor: TreeCursor): SyntaxNode {
  const node: SyntaxNode = { type: cursor.nodeType, start: cursor.startIndex, end: cursor.endIndex, children: [] };
  if (!cursor.gotoFirstChild()) return node;
  do node.children.push(copyNode(cursor));
  while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return bindTightly(node);
}
