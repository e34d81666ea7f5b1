// A unified diff, read as the edits it stands for: per file, runs of removed and added lines with the unchanged lines around them.

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

export function parsePatch(patch: string): FileChange[] {
  const parts = patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
  return parts.map(parseFile);
}

function parseFile(text: string): FileChange {
  const header = text.slice(0, text.search(/^@@ /m) >>> 0);
  const path = /^\+\+\+ b\/(.*)$/m.exec(header)?.[1] ?? /^diff --git a\/(.*?) b\//.exec(header)?.[1] ?? '';
  const has = (pattern: RegExp): boolean => pattern.test(header);
  const odd = has(/^(old mode|rename from|copy from|GIT binary patch|Binary files)/m);
  const kind = odd ? 'other' : has(/^new file/m) ? 'create' : has(/^deleted file/m) ? 'delete' : 'modify';
  const changes = text
    .split(/^(?=@@ )/m)
    .slice(1)
    .flatMap(parseHunk);
  const plain = !odd && !text.includes('\n\\ No newline') && !text.includes('\r');
  return { path: path.trim(), kind, changes, text, plain };
}

function parseHunk(hunk: string): Change[] {
  const [head, ...body] = hunk.replace(/\n$/, '').split('\n');
  const [, start, count, heading] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@ ?(.*)$/.exec(head!) ?? [];
  // An empty side is numbered by the line before it.
  let line = Number(start) + (count === '0' ? 1 : 0);
  const changes: Change[] = [];
  let context: string[] = [];
  let open: Change | undefined;
  for (const row of body) {
    const text = row.slice(1);
    if (row[0] === '-' || row[0] === '+') {
      if (open === undefined) {
        open = { line, removed: [], added: [], before: context, after: [], heading: heading ?? '' };
        changes.push(open);
        context = [];
      }
      open[row[0] === '-' ? 'removed' : 'added'].push(text);
      if (row[0] === '+') line++;
    } else if (row[0] !== '\\') {
      context.push(text);
      changes.at(-1)?.after.push(text);
      open = undefined;
      line++;
    }
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
    .map(({ path, kind, changes }) => {
      const removed = changes.flatMap((change) => change.removed);
      const added = changes.flatMap((change) => change.added);
      return [
        `${kind} ${path}`,
        ...without(removed, added).map((l) => `-${l}`),
        ...without(added, removed).map((l) => `+${l}`),
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
