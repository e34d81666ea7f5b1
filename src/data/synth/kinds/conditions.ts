// Conditions the wrong way round: a lost or added negation, branches exchanged.
import type { Node } from 'web-tree-sitter';
import { isPython, namedChildren } from '../../../core/syntax/grammar.ts';
import { type Kind, replace, swap } from '../kind.ts';

export const missingNegation: Kind = {
  name: 'missing_negation',
  find(node) {
    const negation =
      node.type === 'not_operator' ||
      (node.type === 'unary_expression' && node.childForFieldName('operator')?.type === '!');
    const argument = negation ? node.childForFieldName('argument') : undefined;
    return argument ? [replace(node, argument.text)] : [];
  },
};

/** Comparisons and negations have kinds of their own. */
const PLAIN = new Set([
  'identifier',
  'attribute',
  'call',
  'call_expression',
  'member_expression',
  'subscript',
  'subscript_expression',
]);

export const negatedCondition: Kind = {
  name: 'negated_condition',
  find(node) {
    if (node.type !== 'if_statement') return [];
    const condition = unwrapped(node.childForFieldName('condition'));
    return condition && PLAIN.has(condition.type)
      ? [replace(condition, `${isPython(node) ? 'not ' : '!'}${condition.text}`)]
      : [];
  },
};

const unwrapped = (node: Node | null): Node | null | undefined =>
  node?.type === 'parenthesized_expression' ? node.namedChildren[0] : node;

export const swappedBranches: Kind = {
  name: 'swapped_branches',
  find(node, { source }) {
    const [first, second] = branches(node);
    return first && second ? swap(first, second, source) : [];
  },
};

/** The two branches of a conditional expression, or of an `if` with a plain `else`. */
function branches(node: Node): (Node | null | undefined)[] {
  if (node.type === 'conditional_expression') {
    const [yes, , no] = namedChildren(node);
    return [yes, no];
  }
  if (node.type === 'ternary_expression')
    return [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
  if (node.type !== 'if_statement') return [];
  const otherwise = node.childrenForFieldName('alternative').filter((child) => child !== null);
  if (otherwise.length !== 1 || otherwise[0]!.type !== 'else_clause') return [];
  const body = namedChildren(otherwise[0]!).at(-1);
  const yes = node.childForFieldName('consequence');
  return body?.type === yes?.type ? [yes, body] : [];
}
