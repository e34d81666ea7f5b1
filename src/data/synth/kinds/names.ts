// The wrong one of two variables.
import type { Node } from 'web-tree-sitter';
import { isFunction } from '../functions.ts';
import { type Kind, replace } from '../kind.ts';

/** Parents in which an identifier is a name and not a value that is read, or is the function of a call. */
const NOT_READ = new Set([
  'parameters',
  'formal_parameters',
  'lambda_parameters',
  'list_splat_pattern',
  'dictionary_splat_pattern',
  'rest_pattern',
  'typed_parameter',
  'import_statement',
  'import_from_statement',
  'aliased_import',
  'global_statement',
  'nonlocal_statement',
  'dotted_name',
  'pattern_list',
  'tuple_pattern',
  'as_pattern_target',
  'labeled_statement',
  'type',
]);
const NAME_FIELDS = ['name', 'left', 'function', 'parameter'];

export const wrongVariable: Kind = {
  name: 'wrong_variable',
  find(node, { variables }) {
    if (node.type !== 'identifier' || !isRead(node)) return [];
    const at = variables.indexOf(node.text);
    if (at === -1 || variables.length < 2) return [];
    return [replace(node, variables[(at + 1) % variables.length]!)];
  },
};

function isRead(node: Node): boolean {
  const parent = node.parent;
  if (!parent || NOT_READ.has(parent.type) || isFunction(parent)) return false;
  const operand =
    parent.type === 'binary_operator' || parent.type === 'binary_expression' || parent.type === 'boolean_operator';
  return operand || !NAME_FIELDS.some((field) => parent.childForFieldName(field)?.id === node.id);
}
