// Every small bug that the mutation kinds can plant in a source file: one edit each, which keeps the rest of the file as it is.
import { type Node, type Point, type Tree, Edit as TreeEdit } from 'web-tree-sitter';
import { loadGrammar, type Parse, type SourceLanguage } from '../../core/syntax/grammar.ts';
import { listFunctions } from './functions.ts';
import type { Edit, Scope } from './kind.ts';
import { kinds } from './kinds/registry.ts';

export interface Mutation {
  kind: string;
  /** The innermost named function around it. */
  functionName: string;
  /** The edit: source[start, end) becomes `replacement`. */
  start: number;
  end: number;
  replacement: string;
  /** 1-based line of `start`. */
  line: number;
  /** The lines that the edit touches, clean and mutated. */
  before: string;
  after: string;
}

/** Mutations in source order. Pure: the same text gives the same list. Those that would not parse are left out. */
export async function mutate(source: string, language: SourceLanguage): Promise<Mutation[]> {
  const parse = await loadGrammar(language);
  const tree = parse(source);
  try {
    const found = tree.rootNode.hasError ? [] : mutationsBelow(tree.rootNode, source);
    return found.filter((mutation) => stillParses(parse, tree, source, mutation));
  } finally {
    tree.delete();
  }
}

export const applyMutation = (source: string, { start, end, replacement }: Mutation): string =>
  source.slice(0, start) + replacement + source.slice(end);

function mutationsBelow(root: Node, source: string): Mutation[] {
  const functions = listFunctions(root);
  const ids = new Set(functions.map(({ node }) => node.id));
  const mutations = functions.flatMap(({ name, node }) => {
    const scope: Scope = { fn: node, source, variables: variablesOf(node, ids) };
    const own = [...ownNodes(node, ids)];
    return kinds.flatMap((kind) =>
      own.flatMap((inner) => kind.find(inner, scope).map((edit) => describe(kind.name, name, edit, source))),
    );
  });
  return mutations.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The nodes of a function that are not inside another named one. */
function* ownNodes(fn: Node, functionIds: ReadonlySet<number>): Iterable<Node> {
  for (const child of fn.children) {
    if (!child || functionIds.has(child.id)) continue;
    yield child;
    yield* ownNodes(child, functionIds);
  }
}

const BINDINGS = new Set([
  'assignment',
  'variable_declarator',
  'for_statement',
  'for_in_statement',
  'for_in_clause',
  'default_parameter',
  'typed_parameter',
  'typed_default_parameter',
  'parameters',
  'formal_parameters',
  'assignment_pattern',
]);

function variablesOf(fn: Node, functionIds: ReadonlySet<number>): string[] {
  const names = new Set<string>();
  for (const node of ownNodes(fn, functionIds)) {
    if (node.type !== 'identifier' || !node.parent || !BINDINGS.has(node.parent.type)) continue;
    const bound = ['left', 'name']
      .map((field) => node.parent!.childForFieldName(field))
      .find((child) => child !== null);
    if (!bound || bound.id === node.id) names.add(node.text);
  }
  names.delete('self');
  names.delete('cls');
  return [...names];
}

function describe(kind: string, functionName: string, edit: Edit, source: string): Mutation {
  const { start, end, text: replacement } = edit;
  const from = source.lastIndexOf('\n', start - 1) + 1;
  // An edit that ends with a newline has taken its lines whole.
  const newline = source.indexOf('\n', end > start && source[end - 1] === '\n' ? end - 1 : end);
  const to = newline === -1 ? source.length : newline;
  return {
    kind,
    functionName,
    start,
    end,
    replacement,
    line: positionAt(source, start).row + 1,
    before: source.slice(from, to),
    after: source.slice(from, start) + replacement + source.slice(end, Math.max(end, to)),
  };
}

function stillParses(parse: Parse, clean: Tree, source: string, mutation: Mutation): boolean {
  const { start, end, replacement } = mutation;
  const mutated = applyMutation(source, mutation);
  const edited = clean.copy();
  edited.edit(
    new TreeEdit({
      startIndex: start,
      oldEndIndex: end,
      newEndIndex: start + replacement.length,
      startPosition: positionAt(source, start),
      oldEndPosition: positionAt(source, end),
      newEndPosition: positionAt(mutated, start + replacement.length),
    }),
  );
  const tree = parse(mutated, edited);
  const ok = !tree.rootNode.hasError;
  tree.delete();
  edited.delete();
  return ok;
}

function positionAt(source: string, index: number): Point {
  let row = 0;
  let lineStart = 0;
  for (let at = source.indexOf('\n'); at !== -1 && at < index; at = source.indexOf('\n', at + 1)) {
    row += 1;
    lineStart = at + 1;
  }
  return { row, column: index - lineStart };
}
