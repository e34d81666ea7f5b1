// Where a command reads from and writes to: files, other streams, here-documents, here-strings.
import type { SyntaxNode } from './syntax-node.ts';
import { readWord } from './words.ts';

export interface Redirection {
  /** `>`, `>>`, `<`, `>&`, `&>`, `<<`, `<<<`, … */
  operator: string;
  /** Number of the stream, where one is written. */
  fd?: number;
  /** File, stream, delimiter of the here-document, or text of the here-string. */
  target: string;
  /** Text of the here-document before expansion. */
  heredoc?: string;
}

const REDIRECTIONS = ['file_redirect', 'heredoc_redirect', 'herestring_redirect'];

export const isRedirection = ({ type }: SyntaxNode): boolean => REDIRECTIONS.includes(type);

/** What the node says, and those inside it: `cat <<END > file` is one in the other. */
export function readRedirections(node: SyntaxNode, script: string): Redirection[] {
  const textOf = ({ start, end }: SyntaxNode): string => script.slice(start, end);
  const fd = node.children.find(({ type }) => type === 'file_descriptor');
  const target = targetOf(node);
  const body = node.children.find(({ type }) => type === 'heredoc_body');
  const operator = node.children.find(isOperator)?.type ?? '';
  return [
    {
      operator,
      ...(fd !== undefined && { fd: Number(textOf(fd)) }),
      target: target === undefined ? '' : readTarget(target, script),
      ...(body !== undefined && { heredoc: operator === '<<-' ? textOf(body).replace(/^\t+/gm, '') : textOf(body) }),
    },
    ...node.children.filter(isRedirection).flatMap((inner) => readRedirections(inner, script)),
  ];
}

/** In `ls > file -l` the tree counts the `-l` to the redirection; it is the command's. */
export function wordsAfterTarget(node: SyntaxNode): SyntaxNode[] {
  const target = targetOf(node);
  return node.children.flatMap((child) => {
    if (isRedirection(child)) return wordsAfterTarget(child);
    return child !== target && isWord(child) ? [child] : [];
  });
}

const isOperator = ({ type }: SyntaxNode): boolean => /^[&<>|-]*[<>][&<>|-]*$/.test(type);
const isWord = ({ type }: SyntaxNode): boolean => WORDS.includes(type);
const targetOf = ({ children }: SyntaxNode): SyntaxNode | undefined =>
  children.find((child) => child.type === 'heredoc_start' || isWord(child));

const WORDS = [
  'word',
  'number',
  'string',
  'raw_string',
  'ansi_c_string',
  'translated_string',
  'concatenation',
  'simple_expansion',
  'expansion',
  'command_substitution',
  'process_substitution',
  'arithmetic_expansion',
  'brace_expression',
];

/** Quotes around a here-document's delimiter are no part of it. */
const readTarget = (node: SyntaxNode, script: string): string =>
  node.type === 'heredoc_start'
    ? script.slice(node.start, node.end).replace(/['"\\]/g, '')
    : readWord(node, script).text;
