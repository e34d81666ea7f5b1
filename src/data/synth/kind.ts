// What a mutation kind is: a name and a function from one syntax node to the edits that plant that kind of bug there. Node types of
// both grammars stand side by side in the kinds: the ones that mean the same rarely share a name, and none means two things.
import type { Node } from 'web-tree-sitter';

/** Replaces source[start, end) by `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

export interface Scope {
  /** The innermost named function around the node. */
  fn: Node;
  source: string;
  /** Parameters and local variables of `fn`, in order of first appearance. */
  variables: readonly string[];
}

export interface Kind {
  name: string;
  find(node: Node, scope: Scope): Edit[];
}

export const replace = (node: Node, text: string): Edit => ({ start: node.startIndex, end: node.endIndex, text });

/** Exchanges two nodes, `first` before `second`; what stands between them stays. */
export function swap(first: Node, second: Node, source: string): Edit[] {
  if (first.text === second.text) return [];
  const between = source.slice(first.endIndex, second.startIndex);
  return [{ start: first.startIndex, end: second.endIndex, text: second.text + between + first.text }];
}
