// A git patch between two texts of one file, as one hunk round everything that differs.
import type { HunkLine } from './file-patch.ts';
import { renderPatch } from './render-patch.ts';

const CONTEXT = 3;

/** Empty when the texts are equal. */
export function textPatch(path: string, before: string, after: string): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const least = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < least && isSame(old[head]!, fresh[head]!)) head++;
  let tail = 0;
  while (tail < least - head && isSame(old.at(-1 - tail)!, fresh.at(-1 - tail)!)) tail++;
  const from = Math.max(0, head - CONTEXT);
  const shared = Math.min(tail, CONTEXT);
  const signed = (sign: HunkLine['sign'], lines: readonly Line[]): HunkLine[] =>
    lines.map((line) => ({ sign, ...line }));
  const lines = [
    ...signed(' ', old.slice(from, head)),
    ...signed('-', old.slice(head, old.length - tail)),
    ...signed('+', fresh.slice(head, fresh.length - tail)),
    ...signed(' ', old.slice(old.length - tail, old.length - tail + shared)),
  ];
  const range = (all: readonly Line[]) => {
    const count = all.length - tail + shared - from;
    return { start: count === 0 ? from : from + 1, count };
  };
  const hunk = { old: range(old), new: range(fresh), heading: '', lines };
  return renderPatch([
    { oldPath: path, newPath: path, operation: 'modify', hunks: [hunk], hasGitHeader: true, text: '' },
  ]);
}

type Line = Omit<HunkLine, 'sign'>;

const isSame = (a: Line, b: Line): boolean => a.text === b.text && a.noNewline === b.noNewline;

function linesOf(text: string): Line[] {
  const lines: Line[] = text.split('\n').map((line) => ({ text: line }));
  const last = lines.pop()!;
  return last.text === '' ? lines : [...lines, { ...last, noNewline: true }];
}
