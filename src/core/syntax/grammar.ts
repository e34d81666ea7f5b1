// Syntax trees of the languages that `synth` can mutate, by tree-sitter's grammars compiled to WebAssembly.
import { createRequire } from 'node:module';
import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';
import type { Environment } from '../schema/environment.ts';

export type SourceLanguage = Environment['language'];

/**
 * Parses a source text; indexes in the tree are those of the JavaScript string. With the tree of a slightly different text, after its
 * `edit()`, only what changed is parsed. Free trees with `tree.delete()`.
 */
export type Parse = (source: string, edited?: Tree) => Tree;

const require = createRequire(import.meta.url);
const loaded = new Map<SourceLanguage, Promise<Parse>>();

export function loadGrammar(language: SourceLanguage): Promise<Parse> {
  const known = loaded.get(language);
  if (known) return known;
  const loading = load(language);
  loaded.set(language, loading);
  return loading;
}

async function load(language: SourceLanguage): Promise<Parse> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve(`tree-sitter-${language}/tree-sitter-${language}.wasm`)));
  return (source, edited) => {
    const tree = parser.parse(source, edited);
    if (tree === null) throw new Error(`tree-sitter-${language} returned no tree`);
    return tree;
  };
}

export const isPython = (node: Node): boolean => node.tree.rootNode.type === 'module';

/** Children without the comments that may stand anywhere. */
export const namedChildren = (node: Node): Node[] =>
  node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');

/** The node and all below it, in source order. */
export function* descendants(node: Node): Iterable<Node> {
  yield node;
  for (const child of node.children) if (child) yield* descendants(child);
}
