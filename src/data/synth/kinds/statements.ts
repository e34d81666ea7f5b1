// Statements lost or in the wrong place: an update forgotten, a guard dropped, a return inside the loop, the wrong way out of one.
import type { Node } from 'web-tree-sitter';
import { isPython, namedChildren } from '../../../core/syntax/grammar.ts';
import { type Edit, type Kind, replace } from '../kind.ts';

const BLOCKS = new Set(['block', 'statement_block']);
const UPDATES = new Set([
  'call',
  'augmented_assignment',
  'call_expression',
  'augmented_assignment_expression',
  'update_expression',
]);
const ASSIGNMENTS = new Set(['assignment', 'assignment_expression']);
const EXITS = new Set([
  'return_statement',
  'raise_statement',
  'throw_statement',
  'continue_statement',
  'break_statement',
]);
const LOOPS = new Set(['for_statement', 'for_in_statement', 'while_statement']);

export const removedStatement: Kind = {
  name: 'removed_statement',
  find(node, { source, fn }) {
    if (node.type !== 'expression_statement') return [];
    const inner = node.namedChildren[0];
    const bug = inner && (UPDATES.has(inner.type) || (ASSIGNMENTS.has(inner.type) && isUpdate(inner, fn)));
    return bug ? without(node, source) : [];
  },
};

/** True when the target had a value before: without the first assignment there would be a NameError, not a plausible bug. */
function isUpdate(assignment: Node, fn: Node): boolean {
  const target = assignment.childForFieldName('left');
  if (target?.type !== 'identifier') return target !== null;
  const earlier = fn.text.slice(0, assignment.startIndex - fn.startIndex);
  return new RegExp(`(?<![\\w.])${target.text.replaceAll('$', '\\$')}\\s*(=[^=]|,|\\)|:)`).test(earlier);
}

export const missingGuard: Kind = {
  name: 'missing_guard',
  find(node, { source }) {
    if (node.type !== 'if_statement' || node.childForFieldName('alternative')) return [];
    const body = node.childForFieldName('consequence');
    if (!body) return [];
    const statements = BLOCKS.has(body.type) ? namedChildren(body) : [body];
    const guard = statements.length <= 2 && EXITS.has(statements.at(-1)?.type ?? '');
    return guard ? without(node, source) : [];
  },
};

/** Deletes a statement with its lines; a Python block that would be empty gets `pass`. */
function without(node: Node, source: string): Edit[] {
  const block = node.parent;
  if (!block || !BLOCKS.has(block.type)) return [];
  if (namedChildren(block).length === 1) return isPython(node) ? [replace(node, 'pass')] : [replace(node, '')];
  const start = source.lastIndexOf('\n', node.startIndex - 1) + 1;
  const newline = source.indexOf('\n', node.endIndex);
  const end = newline === -1 ? source.length : newline + 1;
  const alone =
    source.slice(start, node.startIndex).trim() === '' && /^\s*;?\s*$/.test(source.slice(node.endIndex, end));
  return [alone ? { start, end, text: '' } : replace(node, '')];
}

export const earlyReturn: Kind = {
  name: 'early_return',
  find(node, { source }) {
    if (!LOOPS.has(node.type)) return [];
    const body = node.childForFieldName('body');
    const after = node.nextNamedSibling;
    const last = body && BLOCKS.has(body.type) ? namedChildren(body).at(-1) : undefined;
    if (after?.type !== 'return_statement' || !last || EXITS.has(last.type)) return [];
    const indent = /^[ \t]*/.exec(source.slice(source.lastIndexOf('\n', last.startIndex - 1) + 1))![0];
    return [{ start: last.endIndex, end: last.endIndex, text: `\n${indent}${after.text}` }];
  },
};

const OTHER_EXIT: Record<string, string> = { break: 'continue', continue: 'break' };

export const loopExit: Kind = {
  name: 'loop_exit',
  find(node) {
    const other = node.isNamed ? undefined : OTHER_EXIT[node.type];
    return other && node.parent?.parent?.parent?.type !== 'switch_case' ? [replace(node, other)] : [];
  },
};
