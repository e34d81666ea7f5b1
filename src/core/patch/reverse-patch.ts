// The patch that undoes a patch, as git would write it.
import type { FilePatch, Hunk, HunkLine } from './file-patch.ts';
import { parsePatch } from './parse-patch.ts';
import { renderPatch } from './render-patch.ts';

export const reversePatch = (patch: string): string => renderPatch(parsePatch(patch).map(reverseFile));

const OPPOSITE = { modify: 'modify', create: 'delete', delete: 'create', rename: 'rename', copy: 'rename' } as const;

const reverseFile = (file: FilePatch): FilePatch => ({
  ...file,
  operation: OPPOSITE[file.operation],
  oldPath: file.newPath,
  newPath: file.oldPath,
  oldMode: file.newMode,
  newMode: file.oldMode,
  index: file.index && { ...file.index, old: file.index.new, new: file.index.old },
  binary: file.binary && reverseBinary(file.binary),
  hunks: file.hunks.map(reverseHunk),
});

const reverseHunk = (hunk: Hunk): Hunk => ({ ...hunk, old: hunk.new, new: hunk.old, lines: reverseLines(hunk.lines) });

/** In every run of changed lines those that go come before those that come. */
function reverseLines(lines: readonly HunkLine[]): HunkLine[] {
  const reversed: HunkLine[] = [];
  let run: Record<'-' | '+', HunkLine[]> = { '-': [], '+': [] };
  const endRun = (): void => {
    for (const line of [...run['-'], ...run['+']]) reversed.push(line);
    run = { '-': [], '+': [] };
  };
  for (const line of lines) {
    if (line.sign === ' ') {
      endRun();
      reversed.push(line);
    } else {
      const sign = line.sign === '-' ? '+' : '-';
      run[sign].push({ ...line, sign });
    }
  }
  endRun();
  return reversed;
}

/** A binary patch holds two blocks, there and back, each ended by an empty line; "Binary files a/x and b/x differ" has no content. */
function reverseBinary([first = '', ...rest]: readonly string[]): string[] {
  const named = /^Binary files (.+) and (.+) differ$/.exec(first);
  if (named) return [`Binary files ${otherSide(named[2]!)} and ${otherSide(named[1]!)} differ`, ...rest];
  const between = rest.indexOf('') + 1;
  return [first, ...rest.slice(between), ...rest.slice(0, between)];
}

const otherSide = (path: string): string =>
  path.replace(/^("?)([ab])\//, (_, quote: string, side: string) => `${quote}${side === 'a' ? 'b' : 'a'}/`);
