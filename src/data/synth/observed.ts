// What an assertion looks at: a user reports the call, not the test's wording.
import type { Node } from 'web-tree-sitter';
import { descendants, namedChildren } from '../../core/syntax/grammar.ts';

export interface Observed {
  node: Node;
  /** Which argument of an `equal(a, b)` it is: projects differ in where they put what they expect. */
  shows?: 0 | 1;
}

const ASSERTION =
  /\.(?:assertEqual|assertTrue|assertFalse|equal|equals|deepEqual|deepLooseEqual|strictEqual|same|sameMembers|lengthOf|include|includeMembers|ok|isOk|notOk|isTrue|isFalse|isNull|isUndefined)$/;

/** The statement itself when it is no assertion, or one that cannot be taken apart. */
export function observed(statement: Node): Observed {
  if (statement.type === 'assert_statement') {
    const claim = namedChildren(statement)[0]!;
    const equality = claim.type === 'comparison_operator' && claim.children.some((child) => child?.type === '==');
    return { node: equality ? namedChildren(claim)[0]! : claim };
  }
  const call = statement.namedChildren[0];
  const isCall = call?.type === 'call_expression' || call?.type === 'call';
  if (!isCall || !ASSERTION.test(call.childForFieldName('function')!.text)) return { node: statement };
  const [first, second] = namedChildren(call.childForFieldName('arguments')!);
  if (!first) return { node: statement };
  return second && liveliness(second) > liveliness(first) ? { node: second, shows: 1 } : { node: first, shows: 0 };
}

const CALLS = ['call', 'call_expression', 'new_expression'];
const LOOKUPS = ['identifier', 'attribute', 'member_expression', 'subscript_expression'];

/** Calls before values that are looked up, those before literals. */
function liveliness(node: Node): number {
  const types = new Set([...descendants(node)].map(({ type }) => type));
  if (CALLS.some((type) => types.has(type))) return 2;
  return LOOKUPS.some((type) => types.has(type)) ? 1 : 0;
}
