// Wrong operators. A table's entry that is no operator in the file's language gives a text that does not parse, and is dropped there.
import { type Kind, replace, swap } from '../kind.ts';

const operatorKind = (name: string, parents: readonly string[], table: Record<string, string>): Kind => ({
  name,
  find(node) {
    if (node.isNamed || !node.parent || !parents.includes(node.parent.type)) return [];
    const other = Object.hasOwn(table, node.type) ? table[node.type] : undefined;
    return other === undefined ? [] : [replace(node, other)];
  },
});

export const comparison = operatorKind('comparison', ['comparison_operator', 'binary_expression'], {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '===': '!==',
  '!==': '===',
  is: 'is not',
  'is not': 'is',
  in: 'not in',
  'not in': 'in',
});

export const booleanOperator = operatorKind('boolean_operator', ['boolean_operator', 'binary_expression'], {
  and: 'or',
  or: 'and',
  '&&': '||',
  '||': '&&',
});

const ARITHMETIC = ['binary_operator', 'augmented_assignment', 'binary_expression', 'augmented_assignment_expression'];

export const arithmeticOperator = operatorKind('arithmetic_operator', ARITHMETIC, {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '//': '/',
  '%': '*',
  '**': '*',
  '+=': '-=',
  '-=': '+=',
  '*=': '+=',
});

const ORDERED = new Set(['-', '/', '//', '%', '**']);

export const swappedOperands: Kind = {
  name: 'swapped_operands',
  find(node, { source }) {
    if (node.type !== 'binary_operator' && node.type !== 'binary_expression') return [];
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    const operator = node.childForFieldName('operator');
    return left && right && operator && ORDERED.has(operator.type) ? swap(left, right, source) : [];
  },
};
