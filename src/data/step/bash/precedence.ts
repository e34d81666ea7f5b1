// Bash binds redirections tighter than pipes, and pipes tighter than `&&` and `||`. The grammar does not always: `a && b 2>&1 | c` comes as
// a pipe out of a redirected list. Here trees are put right.
import type { SyntaxNode } from './syntax-node.ts';

/** The node as bash reads it; its children are right already. */
export function bindTightly(node: SyntaxNode): SyntaxNode {
  const [first, ...rest] = node.children;
  if (first === undefined) return node;
  if (node.type === 'redirected_statement') return redirect(first, rest, node);
  if (node.type === 'pipeline') return PIPES.includes(first.type) ? continuePipe(node) : pipe(first, rest, node);
  return node;
}

const PIPES = ['|', '|&'];

/** A redirection after a list or a pipe is its last command's. */
function redirect(body: SyntaxNode, redirects: SyntaxNode[], whole: SyntaxNode): SyntaxNode {
  if (['list', 'pipeline', 'negated_command'].includes(body.type))
    return withLast(body, (last) => redirect(last, redirects, whole));
  return { ...whole, start: body.start, children: [body, ...redirects] };
}

/** A pipe out of a list is one out of its last command. */
function pipe(first: SyntaxNode, rest: SyntaxNode[], whole: SyntaxNode): SyntaxNode {
  if (first.type === 'list') return withLast(first, (last) => pipe(last, rest, whole));
  return {
    ...whole,
    start: first.start,
    children: first.type === 'pipeline' ? [...first.children, ...rest] : [first, ...rest],
  };
}

/** What follows a here-document's delimiter begins with the pipe; into a list is into its first command. */
function continuePipe(node: SyntaxNode): SyntaxNode {
  const [bar, into, ...rest] = node.children;
  if (into?.type === 'pipeline') return { ...node, children: [bar!, ...into.children, ...rest] };
  if (into?.type !== 'list') return node;
  const [first, ...others] = into.children;
  const piped = continuePipe({ ...node, end: first!.end, children: [bar!, first!] });
  return { ...into, start: node.start, children: [piped, ...others] };
}

function withLast(node: SyntaxNode, change: (last: SyntaxNode) => SyntaxNode): SyntaxNode {
  const last = change(node.children.at(-1)!);
  return { ...node, end: last.end, children: [...node.children.slice(0, -1), last] };
}
