// A patch as the edits it amounts to: per file, runs of removed and added lines with the unchanged lines around them.
import { type FilePatch, type Hunk, linesWith, pathOf } from './file-patch.ts';
import { parsePatch } from './parse-patch.ts';

export interface Change {
  /** Where the run starts in the file as it is once all runs before it are made; from 1. */
  line: number;
  removed: string[];
  added: string[];
  /** Unchanged lines that the patch shows right before and after. */
  before: string[];
  after: string[];
  /** What git prints after the second @@: the definition that the hunk is in. */
  heading: string;
}

export interface FileChange {
  path: string;
  kind: 'modify' | 'create' | 'delete' | 'other';
  changes: Change[];
  /** This file's part of the patch. */
  text: string;
  /** False where a plain edit cannot make the change: missing final newline, carriage returns, modes, binary. */
  plain: boolean;
}

export const fileChanges = (patch: string): FileChange[] => parsePatch(patch).map(toFileChange);

function toFileChange(file: FilePatch): FileChange {
  const { operation, hunks, text } = file;
  const isOdd =
    operation === 'rename' ||
    operation === 'copy' ||
    file.binary !== undefined ||
    (file.oldMode !== undefined && file.newMode !== undefined);
  const isPlain = !isOdd && !text.includes('\r') && !hunks.some(({ lines }) => lines.some((line) => line.noNewline));
  return {
    path: pathOf(file),
    kind: isOdd ? 'other' : (operation as 'modify' | 'create' | 'delete'),
    changes: hunks.flatMap(changesOfHunk),
    text,
    plain: isPlain,
  };
}

function changesOfHunk({ new: range, heading, lines }: Hunk): Change[] {
  // An empty side is numbered by the line before it.
  let line = range.start + (range.count === 0 ? 1 : 0);
  const changes: Change[] = [];
  let context: string[] = [];
  let open: Change | undefined;
  for (const { sign, text } of lines) {
    if (sign === ' ') {
      context.push(text);
      changes.at(-1)?.after.push(text);
      open = undefined;
      line++;
      continue;
    }
    if (open === undefined) {
      open = { line, removed: [], added: [], before: context, after: [], heading };
      changes.push(open);
      context = [];
    }
    open[sign === '-' ? 'removed' : 'added'].push(text);
    if (sign === '+') line++;
  }
  return changes;
}

/**
 * Whether two diffs change the same files in the same lines. Lines that are both removed and added cancel out, so it does not matter
 * how wide a diff's runs are or which of two equal lines it calls the new one.
 */
export const sameChange = (a: string, b: string): boolean => changeOf(a) === changeOf(b);

const changeOf = (patch: string): string =>
  parsePatch(patch)
    .map((file) => {
      const [removed, added] = [linesWith('-', file), linesWith('+', file)];
      return [
        `${file.operation} ${pathOf(file)}`,
        ...without(removed, added).map((line) => `-${line}`),
        ...without(added, removed).map((line) => `+${line}`),
      ];
    })
    .map((lines) => lines.join('\n'))
    .sort()
    .join('\n');

/** Sorted; each line of `others` takes away one equal line. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines
    .filter((line) => {
      const count = counts.get(line) ?? 0;
      if (count > 0) counts.set(line, count - 1);
      return count === 0;
    })
    .sort();
}
