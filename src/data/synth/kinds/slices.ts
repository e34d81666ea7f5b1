// Off by one where a sequence is cut or indexed.
import type { Node } from 'web-tree-sitter';
import { namedChildren } from '../../../core/syntax/grammar.ts';
import { type Edit, type Kind, replace } from '../kind.ts';
import { isWholeNumber, offByOne } from './literals.ts';

const CUTTING = new Set(['slice', 'substring', 'substr', 'charAt', 'charCodeAt', 'splice']);
const SIMPLE = new Set(['identifier', 'attribute', 'member_expression']);

export const offByOneSlice: Kind = {
  name: 'off_by_one_slice',
  find: (node) => bounds(node).flatMap(shifted),
};

function bounds(node: Node): Node[] {
  if (node.type === 'slice') return namedChildren(node);
  if (node.type === 'subscript')
    return node.childrenForFieldName('subscript').filter((child) => child?.type === 'integer') as Node[];
  if (node.type === 'subscript_expression') {
    const index = node.childForFieldName('index');
    return index && isWholeNumber(index) ? [index] : [];
  }
  if (node.type !== 'call_expression') return [];
  const method = node.childForFieldName('function')?.childForFieldName('property')?.text ?? '';
  const list = node.childForFieldName('arguments');
  return list && CUTTING.has(method) ? namedChildren(list) : [];
}

function shifted(bound: Node): Edit[] {
  if (isWholeNumber(bound)) return offByOne(bound);
  return SIMPLE.has(bound.type) ? [replace(bound, `${bound.text} + 1`), replace(bound, `${bound.text} - 1`)] : [];
}
