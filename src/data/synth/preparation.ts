// The statements before a failing one that a reproduction needs: those that make, or change, what it uses.
import type { Node } from 'web-tree-sitter';
import { descendants, namedChildren } from '../../core/syntax/grammar.ts';

const NAMES = new Set(['identifier', 'property_identifier', 'shorthand_property_identifier']);
/** Handles of test runners: everything in a test uses them. */
const RUNNER = new Set(['self', 'cls', 't', 'st', 'assert', 'expect', 'this']);
/** Nodes that bind the names on their left. */
const BINDINGS =
  /assignment|assignment_expression|declarator|definition|declaration|for_statement|for_in_statement|import_/;
const CALLS = new Set(['call', 'call_expression']);

/** `earlier` in source order; what is left of it, in the same order. */
export function preparationOf(used: Node, earlier: readonly Node[]): Node[] {
  const needed = namesIn(used);
  const kept: Node[] = [];
  for (const statement of [...earlier].reverse()) {
    const bound = boundNames(statement);
    const made = [...bound].filter((name) => needed.has(name));
    if (made.length === 0 && !changedNames(statement).some((name) => needed.has(name))) continue;
    kept.unshift(statement);
    // What is made from scratch here need not be made before.
    if (isPlainBinding(statement)) for (const name of made) needed.delete(name);
    for (const name of readNames(statement)) needed.add(name);
  }
  return kept;
}

function namesIn(node: Node): Set<string> {
  const names = [...descendants(node)].filter(({ type }) => NAMES.has(type)).map(({ text }) => text);
  return new Set(names.filter((name) => !RUNNER.has(name)));
}

function boundNames(statement: Node): Set<string> {
  const bindings = [...descendants(statement)].filter(({ type }) => BINDINGS.test(type));
  const targets = bindings.flatMap((node) => node.childForFieldName('left') ?? node.childForFieldName('name') ?? []);
  return new Set(targets.flatMap((target) => [...namesIn(target)]));
}

/** Objects whose methods are called: `counter.add(1)` changes `counter`. An assertion on the way calls none but the runner's. */
function changedNames(statement: Node): string[] {
  const call = statement.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
  if (!call || !CALLS.has(call.type)) return [];
  const receiver = call.childForFieldName('function')?.childForFieldName('object');
  return receiver ? [...namesIn(receiver)] : [];
}

function isPlainBinding(statement: Node): boolean {
  const inner = statement.type === 'expression_statement' ? statement.namedChildren[0] : statement;
  const target = inner?.childForFieldName('left');
  return inner?.type === 'variable_declaration' || (inner?.type === 'assignment' && target?.type === 'identifier');
}

/** All names of a statement but those that it only binds. */
function readNames(statement: Node): Set<string> {
  const inner = statement.type === 'expression_statement' ? statement.namedChildren[0] : statement;
  const right = isPlainBinding(statement) ? inner?.childForFieldName('right') : undefined;
  return namesIn(right ?? statement);
}

/** Children of a block before one of them. */
export const siblingsBefore = (statement: Node): Node[] =>
  namedChildren(statement.parent!).filter((one) => one.startIndex < statement.startIndex);
