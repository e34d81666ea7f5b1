// The smallest piece of a test that shows a failure: the failing statement, and the statements before it that make what it uses.
import type { Node } from 'web-tree-sitter';
import { isFunction } from './functions.ts';
import { descendants, loadGrammar, namedChildren, type SourceLanguage } from './grammar.ts';

const BLOCKS = new Set(['block', 'statement_block', 'module', 'program']);
const SET_UP = /^(?:setup|before|beforeEach)$/;
/** A function given to one of these is a test or a part of its frame; one given to anything else belongs to the call. */
const FRAME = /(?:^|\.)(?:test|it|suite|describe|setup|teardown|before|beforeEach|after|afterEach)$/;
const NAMES = new Set(['identifier', 'property_identifier', 'shorthand_property_identifier']);
const MAX_LINES = 20;

export interface Snippet {
  code: string;
  /** Which argument of an `equal(a, b)` the code shows: projects differ in where they put what they expect. */
  shows?: 0 | 1;
}

/** Undefined where the line holds no statement, or what it needs is longer than anyone would put in a report. */
export async function failingSnippet(
  source: string,
  language: SourceLanguage,
  line: number,
): Promise<Snippet | undefined> {
  const tree = (await loadGrammar(language))(source);
  try {
    const failing = statementAt(tree.rootNode, line);
    if (!failing || isFunction(failing)) return undefined;
    const needed = namesIn(failing);
    const before: string[] = [];
    for (let statement: Node | null = failing; statement; statement = enclosingStatement(statement)) {
      const earlier = earlierStatements(statement).reverse();
      before.unshift(
        ...earlier
          .filter((one) => isNeeded(one, needed))
          .map(textOf)
          .reverse(),
      );
    }
    const { code, shows } = observed(failing);
    const text = [...before, code].join('\n');
    if (text.split('\n').length > MAX_LINES) return undefined;
    return { code: text, ...(shows !== undefined && { shows }) };
  } finally {
    tree.delete();
  }
}

/** The outermost statement within the test function round a line: a loop round an assertion belongs to it. None outside of tests. */
function statementAt(root: Node, line: number): Node | undefined {
  let found: Node | undefined;
  for (const node of descendants(root)) {
    if (node.startPosition.row + 1 > line || node.endPosition.row + 1 < line) continue;
    if (!node.parent || !BLOCKS.has(node.parent.type) || !node.isNamed || node.type === 'comment') continue;
    if (isTestBody(node.parent)) found = node;
  }
  return found;
}

function isTestBody(block: Node): boolean {
  const fn = block.parent;
  if (!fn || !isFunction(fn)) return false;
  const call = fn.parent?.type === 'arguments' ? fn.parent.parent : null;
  return fn.type === 'function_definition' || isFrame(call);
}

const isFrame = (call: Node | null | undefined): boolean =>
  call?.type === 'call_expression' && FRAME.test(call.childForFieldName('function')?.text ?? '');

function enclosingStatement(statement: Node): Node | null {
  for (let node = statement.parent; node?.parent; node = node.parent) if (BLOCKS.has(node.parent.type)) return node;
  return null;
}

/** Statements before this one in its block; of a set-up hook, those of its body. Those at the top of a file are for every test. */
function earlierStatements(statement: Node): Node[] {
  const block = statement.parent!;
  if (block.parent === null) return [];
  const earlier = namedChildren(block).filter((one) => one.startIndex < statement.startIndex);
  return earlier.flatMap((one) => setUpBody(one) ?? (isFrame(one.namedChildren[0]) ? [] : [one]));
}

function setUpBody(statement: Node): Node[] | undefined {
  const call = statement.namedChildren[0];
  if (call?.type !== 'call_expression' || !SET_UP.test(call.childForFieldName('function')?.text ?? ''))
    return undefined;
  const body = namedChildren(call.childForFieldName('arguments')!).at(-1)?.childForFieldName('body');
  return body ? namedChildren(body) : undefined;
}

/** A definition of something needed, whose own needs are added. */
function isNeeded(statement: Node, needed: Set<string>): boolean {
  const defined = [...descendants(statement)].flatMap((node) => {
    const target = node.childForFieldName('left') ?? node.childForFieldName('name');
    return target ? [...namesIn(target)] : [];
  });
  if (!defined.some((name) => needed.has(name))) return false;
  for (const name of namesIn(statement)) needed.add(name);
  return true;
}

function namesIn(node: Node): Set<string> {
  return new Set([...descendants(node)].filter(({ type }) => NAMES.has(type)).map(({ text }) => text));
}

const ASSERTION =
  /\.(?:assertEqual|equal|equals|deepEqual|deepLooseEqual|strictEqual|same|sameMembers|lengthOf|include|includeMembers|ok|isOk|notOk|isTrue|isFalse|isNull|isUndefined)$/;

/** What an assertion looks at: a user reports the call, not the test's wording. */
function observed(statement: Node): Snippet {
  const inner = statement.type === 'assert_statement' ? statement : statement.namedChildren[0];
  if (inner?.type === 'assert_statement') {
    const claim = namedChildren(inner)[0]!;
    const equality = claim.type === 'comparison_operator' && claim.children.some((child) => child?.type === '==');
    return { code: textOf(equality ? namedChildren(claim)[0]! : claim) };
  }
  const isCall = inner?.type === 'call_expression' || inner?.type === 'call';
  if (!isCall || !ASSERTION.test(inner.childForFieldName('function')!.text)) return { code: textOf(statement) };
  const [first, second] = namedChildren(inner.childForFieldName('arguments')!);
  if (!first) return { code: textOf(statement) };
  const shows = second && liveliness(second) > liveliness(first) ? 1 : 0;
  return { code: textOf(shows === 1 ? second! : first), shows };
}

const CALLS = ['call', 'call_expression', 'new_expression'];
const LOOKUPS = ['identifier', 'attribute', 'member_expression', 'subscript_expression'];

/** Calls before values that are looked up, those before literals. */
function liveliness(node: Node): number {
  const types = new Set([...descendants(node)].map(({ type }) => type));
  if (CALLS.some((type) => types.has(type))) return 2;
  return LOOKUPS.some((type) => types.has(type)) ? 1 : 0;
}

/** The statement's lines without the indentation of its block. */
function textOf(node: Node): string {
  const column = node.startPosition.column;
  return node.text
    .split('\n')
    .map((line, index) => (index === 0 || line.slice(0, column).trim() !== '' ? line : line.slice(column)))
    .join('\n');
}
