// The named functions of a source file: what mutations, splits and reports are counted by.
import type { Node } from 'web-tree-sitter';
import { loadGrammar, type SourceLanguage } from '../../core/syntax/grammar.ts';

export interface FunctionNode {
  /** As people would call it: `chunked`, `Query.clause`, `lunr.Vector.prototype.dot`. */
  name: string;
  node: Node;
}

const FUNCTIONS = new Set([
  'function_definition',
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
]);
const CLASSES = new Set(['class_definition', 'class_declaration']);

export const isFunction = (node: Node): boolean => FUNCTIONS.has(node.type);

/** Outer before inner; a function without a name belongs to the one around it. */
export function listFunctions(node: Node, prefix = ''): FunctionNode[] {
  const name = isFunction(node) ? functionName(node) : undefined;
  const qualified = name === undefined ? undefined : prefix + name;
  const inner = CLASSES.has(node.type) ? `${prefix}${node.childForFieldName('name')?.text}.` : prefix;
  const below = node.namedChildren.flatMap((child) =>
    child ? listFunctions(child, qualified ? `${qualified}.` : inner) : [],
  );
  return qualified === undefined ? below : [{ name: qualified, node }, ...below];
}

/** Name → source text of every named function of a file; of two with one name, both texts. */
export async function functionSources(source: string, language: SourceLanguage): Promise<Map<string, string>> {
  const tree = (await loadGrammar(language))(source);
  try {
    const sources = new Map<string, string>();
    for (const { name, node } of listFunctions(tree.rootNode)) sources.set(name, (sources.get(name) ?? '') + node.text);
    return sources;
  } finally {
    tree.delete();
  }
}

/** Its own name, or that of what it is assigned to; an immediately called one takes the name of its result's target. */
function functionName(node: Node): string | undefined {
  const own = node.childForFieldName('name');
  if (own) return own.text;
  let child = node;
  let parent = node.parent;
  while (parent && (parent.type === 'parenthesized_expression' || isCallee(parent, child))) {
    child = parent;
    parent = parent.parent;
  }
  switch (parent?.type) {
    case 'variable_declarator':
      return parent.childForFieldName('name')?.text;
    case 'assignment_expression':
      return parent.childForFieldName('left')?.text;
    case 'pair':
      return parent.childForFieldName('key')?.text;
    default:
      return undefined;
  }
}

const isCallee = (parent: Node, child: Node): boolean =>
  parent.type === 'call_expression' && parent.childForFieldName('function')?.id === child.id;
