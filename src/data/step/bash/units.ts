// The parts of a script that do the same when each is run for itself, one after the other in one shell: what stands between `;`, `&&` and
// newlines. Pipelines, `||`, loops, conditions and here-documents with what follows them on their line stay whole.
import { pushAll } from '../../../core/run/large-arrays.ts';
import type { SyntaxNode } from './syntax-node.ts';

/** A range of the script: [start, end). */
export type Range = [start: number, end: number];

export function readUnits(root: SyntaxNode): Range[] {
  const units: Range[] = [];
  for (const node of root.children) {
    if (node.type === 'comment' || node.type === ';') continue;
    if (node.type === '&') units.at(-1)![1] = node.end;
    else pushAll(units, splitList(node));
  }
  return units;
}

function splitList(node: SyntaxNode): Range[] {
  const sides = node.children.filter(({ type }) => type !== 'comment');
  if (node.type !== 'list' || !sides.some(({ type }) => type === '&&')) return [[node.start, node.end]];
  return sides.filter(({ type }) => type !== '&&').flatMap(splitList);
}
