// The simple commands of a syntax tree, in the order of the script: words, redirections, what they stand in, where they run.
import type { ByteRange } from './byte-range.ts';
import { changeDirectory, type Shell } from './directory.ts';
import { isRedirection, type Redirection, readRedirections, wordsAfterTarget } from './redirections.ts';
import type { SyntaxNode } from './syntax-node.ts';
import { readWord } from './words.ts';

export interface SimpleCommand {
  /** First word, without quotes; empty for a bare assignment or redirection. */
  name: string;
  /** The words after it, without the quotes around them. */
  args: string[];
  /** Assignments before the name, as written. */
  assignments: string[];
  /** As written, without the redirections after it. */
  text: string;
  /** Where `text` stands in the script. */
  bytes: ByteRange;
  /** Those of the constructs around it, then its own. */
  redirections: Redirection[];
  /** What it stands in, outermost first. */
  within: Construct[];
  /** Where it runs when everything before it succeeds; absent when the script alone does not tell. */
  cwd?: string;
}

export type Construct =
  | 'pipeline'
  | 'background'
  | 'group'
  | 'subshell'
  | 'substitution'
  | 'loop'
  | 'conditional'
  | 'function';

const CONSTRUCTS: Record<string, Construct> = {
  compound_statement: 'group',
  subshell: 'subshell',
  command_substitution: 'substitution',
  process_substitution: 'substitution',
  for_statement: 'loop',
  c_style_for_statement: 'loop',
  while_statement: 'loop',
  if_statement: 'conditional',
  case_statement: 'conditional',
  function_definition: 'function',
};
const BRANCHES = ['elif_clause', 'else_clause', 'case_item'];
const SIMPLE = [
  'command',
  'declaration_command',
  'unset_command',
  'test_command',
  'variable_assignment',
  'variable_assignments',
];

interface Place {
  within: Construct[];
  redirections: Redirection[];
  shell: Shell;
}

/** What the tree hangs behind a command: redirections, and words after their targets. */
interface Trailing {
  redirections: Redirection[];
  words: SyntaxNode[];
}

const NOTHING: Trailing = { redirections: [], words: [] };

/** `cwd`: where the script starts. */
export function readCommands(
  root: SyntaxNode,
  script: string,
  bytesOf: (start: number, end: number) => ByteRange,
  cwd: string | undefined,
): SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  visitAll(root.children, { within: [], redirections: [], shell: { cwd } });
  return commands;

  function visit(node: SyntaxNode, place: Place): void {
    const construct = CONSTRUCTS[node.type];
    if (construct !== undefined) visitConstruct(node, construct, place);
    else if (SIMPLE.includes(node.type)) takeCommand(node, place);
    else if (node.type === 'redirected_statement') visitRedirected(node, place);
    else if (node.type === 'pipeline') visitPipeline(node, place);
    else if (node.type === 'list') visitList(node, place);
    else visitAll(node.children, place);
  }

  function visitAll(nodes: readonly SyntaxNode[], place: Place): void {
    nodes.forEach((node, i) => {
      visit(node, nodes[i + 1]?.type === '&' ? fork(place, 'background') : place);
    });
  }

  function visitPipeline({ children }: SyntaxNode, place: Place): void {
    children.forEach((child, i) => {
      const inside = fork(place, 'pipeline');
      // What surrounds the pipe is where its last command writes to.
      visit(child, i === children.length - 1 ? inside : { ...inside, redirections: [] });
    });
  }

  /** The right side of `||` runs when the left fails, so that the shell is where the left found it. */
  function visitList({ children }: SyntaxNode, place: Place): void {
    const before = { ...place.shell };
    const isOr = children.some(({ type }) => type === '||');
    children.forEach((child, i) => {
      visit(child, isOr && i === children.length - 1 ? { ...place, shell: before } : place);
    });
  }

  function visitConstruct(node: SyntaxNode, construct: Construct, place: Place): void {
    const { shell } = place;
    const inside: Place = { ...place, within: [...place.within, construct] };
    if (construct === 'group') visitAll(node.children, inside);
    else if (construct === 'subshell') visitAll(node.children, { ...inside, shell: { ...shell } });
    else if (construct === 'substitution')
      visitAll(node.children, { ...inside, shell: { ...shell }, redirections: [] });
    else if (construct === 'function') visitAll(node.children, { ...inside, shell: { cwd: undefined } });
    else visitBranches(node, inside);
  }

  /** What may run any number of times, or not at all: a shell that may have moved in it is lost. */
  function visitBranches({ type, children }: SyntaxNode, place: Place): void {
    const { shell } = place;
    const before = shell.cwd;
    let moved = false;
    for (const child of children) {
      if (type === 'c_style_for_statement' && !['do_group', 'compound_statement'].includes(child.type)) continue;
      const branch = BRANCHES.includes(child.type) ? { cwd: before } : shell;
      visit(child, { ...place, shell: branch });
      moved ||= branch.cwd !== before;
    }
    if (moved) shell.cwd = undefined;
  }

  function visitRedirected({ children, start, end }: SyntaxNode, place: Place): void {
    const redirects = children.filter(isRedirection);
    const body = children.find((child) => !isRedirection(child));
    const own: Trailing = {
      redirections: redirects.flatMap((redirect) => readRedirections(redirect, script)),
      words: redirects.flatMap(wordsAfterTarget),
    };
    // `cat <<END | wc` and `cat <<END && ls`: what follows stands inside the here-document's node.
    const rest = redirects.flatMap((redirect) => redirect.children.filter(isStatement));
    const here = rest.some(isPiped) ? fork(place, 'pipeline') : place;
    if (body === undefined) takeCommand({ type: 'command', start, end, children: [] }, here, own);
    else if (SIMPLE.includes(body.type)) takeCommand(body, here, own);
    else visit(body, { ...here, redirections: [...here.redirections, ...own.redirections] });
    for (const node of rest) visit(node, place);
    visitSubstitutions(redirects, place);
  }

  function takeCommand(node: SyntaxNode, place: Place, trailing = NOTHING): void {
    const isAssignment = ({ type }: SyntaxNode): boolean =>
      type === 'variable_assignment' && node.type !== 'declaration_command';
    const parts = node.type === 'variable_assignment' ? [node] : node.children.flatMap(operands);
    const words = [...parts.filter((part) => !isAssignment(part) && !isRedirection(part)), ...trailing.words];
    const [name, ...args] = words.map((word) => readWord(word, script));
    const own = parts.filter(isRedirection).flatMap((part) => readRedirections(part, script));
    const { cwd } = place.shell;
    commands.push({
      name: name?.text ?? '',
      args: args.map(({ text }) => text),
      assignments: parts.filter(isAssignment).map(({ start, end }) => script.slice(start, end)),
      text: script.slice(node.start, node.end),
      bytes: bytesOf(node.start, node.end),
      redirections: [...place.redirections, ...own, ...trailing.redirections],
      within: place.within,
      ...(cwd !== undefined && { cwd }),
    });
    if (name !== undefined) changeDirectory(place.shell, [name, ...args]);
    visitSubstitutions(node.children, place);
  }

  function visitSubstitutions(nodes: readonly SyntaxNode[], place: Place): void {
    for (const node of nodes) {
      if (CONSTRUCTS[node.type] === 'substitution') visit(node, place);
      else if (!isStatement(node)) visitSubstitutions(node.children, place);
    }
  }
}

/** In a shell of its own: where it goes does not move the others. */
const fork = (place: Place, construct: Construct): Place => ({
  ...place,
  within: [...place.within, construct],
  shell: { ...place.shell },
});

const isStatement = ({ type }: SyntaxNode): boolean =>
  ['list', 'pipeline', 'redirected_statement', 'command'].includes(type) ||
  (CONSTRUCTS[type] !== undefined && CONSTRUCTS[type] !== 'substitution');

/** Begins with a pipe, as the leftmost of a list may. */
const isPiped = ({ type, children }: SyntaxNode): boolean =>
  ['|', '|&'].includes(type) || (children[0] !== undefined && isPiped(children[0]));

/** The words of a test, `[ -f x ]`, lie deeper. */
const operands = (node: SyntaxNode): SyntaxNode[] =>
  node.type.endsWith('_expression') ? node.children.flatMap(operands) : [node];
