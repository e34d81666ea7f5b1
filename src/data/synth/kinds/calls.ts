// Calls gone wrong: arguments in the wrong order, a normalising call forgotten.
import { namedChildren } from '../../../core/syntax/grammar.ts';
import { type Kind, replace, swap } from '../kind.ts';

const NOT_POSITIONAL = new Set([
  'keyword_argument',
  'list_splat',
  'dictionary_splat',
  'spread_element',
  'generator_expression',
]);

export const swappedArguments: Kind = {
  name: 'swapped_arguments',
  find(node, { source }) {
    if (node.type !== 'argument_list' && node.type !== 'arguments') return [];
    const [first, second] = namedChildren(node);
    if (!first || !second || NOT_POSITIONAL.has(first.type) || NOT_POSITIONAL.has(second.type)) return [];
    return swap(first, second, source);
  },
};

/** Calls that bring a value into its expected form, so that leaving one out still gives a value of nearly the right kind. */
const WRAPPERS = new Set([
  'abs',
  'bool',
  'dict',
  'float',
  'int',
  'iter',
  'list',
  'reversed',
  'set',
  'sorted',
  'str',
  'tuple',
  'Number',
  'String',
]);
const METHODS = new Set([
  'copy',
  'lower',
  'lstrip',
  'rstrip',
  'sort',
  'strip',
  'title',
  'upper',
  'concat',
  'reverse',
  'slice',
  'toLowerCase',
  'toString',
  'toUpperCase',
  'trim',
]);

export const missingCall: Kind = {
  name: 'missing_call',
  find(node) {
    if ((node.type !== 'call' && node.type !== 'call_expression') || node.parent?.type === 'expression_statement')
      return [];
    const callee = node.childForFieldName('function');
    const list = node.childForFieldName('arguments');
    if (!callee || !list || (list.type !== 'argument_list' && list.type !== 'arguments')) return [];
    const [argument, ...more] = namedChildren(list);
    if (callee.type === 'identifier' && WRAPPERS.has(callee.text) && argument && more.length === 0)
      return NOT_POSITIONAL.has(argument.type) ? [] : [replace(node, argument.text)];
    const receiver = callee.childForFieldName('object');
    const method = callee.childForFieldName('attribute') ?? callee.childForFieldName('property');
    return receiver && method && METHODS.has(method.text) && !argument ? [replace(node, receiver.text)] : [];
  },
};
