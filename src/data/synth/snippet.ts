// The smallest piece of a test that shows a failure: what the failing statement looks at, and the statements that prepare it.
import type { Node } from 'web-tree-sitter';
import { descendants, loadGrammar, namedChildren, type SourceLanguage } from '../../core/syntax/grammar.ts';
import { isFunction } from './functions.ts';
import { observed } from './observed.ts';
import { preparationOf, siblingsBefore } from './preparation.ts';

const BLOCKS = new Set(['block', 'statement_block', 'module', 'program']);
const SET_UP = /^(?:setup|before|beforeEach)$/;
/** A function given to one of these is a test or a part of its frame; one given to anything else belongs to the call. */
const FRAME = /(?:^|\.)(?:test|it|suite|describe|setup|teardown|before|beforeEach|after|afterEach)$/;
/** A call of the tests' own helpers shows a reader nothing. */
const HELPER = /\b_?test_\w+\(/;
const MAX_LINES = 40;
/** Loaded before every test; a reader has it anyway. */
const LOADING = /\brequire\(|^import |^from /;

export interface Snippet {
  code: string;
  shows?: 0 | 1;
}

/** Undefined where the line holds no statement of a test, or what it needs is longer than anyone would put in a report. */
export async function failingSnippet(
  source: string,
  language: SourceLanguage,
  line: number,
): Promise<Snippet | undefined> {
  const tree = (await loadGrammar(language))(source);
  try {
    const failing = statementAt(tree.rootNode, line);
    if (!failing || isFunction(failing)) return undefined;
    const { node, shows } = observed(failing);
    const before = preparationOf(node, statementsBefore(failing));
    const code = [...before, node].map(textOf).join('\n');
    if (code.split('\n').length > MAX_LINES || HELPER.test(code) || lacksFixture(code)) return undefined;
    return { code, ...(shows !== undefined && { shows }) };
  } finally {
    tree.delete();
  }
}

/** True when it reads a field of the test object that it does not set: what set it stands somewhere else. */
function lacksFixture(code: string): boolean {
  const read = [...code.matchAll(/\b((?:this|self)\.\w+)(?!\w*\()/g)].map(([, field]) => field!);
  return read.some((field) => !new RegExp(`${field.replace('.', '\\.')} =[^=]|def __init__`).test(code));
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

/** Of all blocks round a statement; of a set-up hook, its body. */
function statementsBefore(statement: Node): Node[] {
  const own = siblingsBefore(statement).flatMap(
    (one) => setUpBody(one) ?? (isTest(one) || LOADING.test(one.text) ? [] : [one]),
  );
  const around = enclosingStatement(statement);
  return [...(around ? statementsBefore(around) : []), ...own];
}

function enclosingStatement(statement: Node): Node | undefined {
  for (let node = statement.parent; node?.parent; node = node.parent) if (BLOCKS.has(node.parent.type)) return node;
  return undefined;
}

function isTest(statement: Node): boolean {
  if (isFrame(statement.namedChildren[0])) return true;
  const definition = statement.childForFieldName('definition') ?? statement;
  return definition.type === 'function_definition' && /^test/.test(definition.childForFieldName('name')!.text);
}

function setUpBody(statement: Node): Node[] | undefined {
  const call = statement.namedChildren[0];
  if (call?.type !== 'call_expression' || !SET_UP.test(call.childForFieldName('function')?.text ?? ''))
    return undefined;
  const body = namedChildren(call.childForFieldName('arguments')!).at(-1)?.childForFieldName('body');
  return body ? namedChildren(body) : undefined;
}

/** The node's lines without the indentation of its block. */
function textOf(node: Node): string {
  const column = node.startPosition.column;
  return node.text
    .split('\n')
    .map((line, index) => (index === 0 || line.slice(0, column).trim() !== '' ? line : line.slice(column)))
    .join('\n');
}
