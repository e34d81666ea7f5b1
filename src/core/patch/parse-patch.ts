// Reads unified diffs: git's, with renames, modes and binary files, and plain ones. Text around the files of a patch is passed over.
import type { FilePatch, Hunk, HunkLine } from './file-patch.ts';
import { unquotePath } from './quoted-path.ts';

/** Never throws: what is no patch has no files. */
export function parsePatch(patch: string): FilePatch[] {
  const lines = patch.split('\n');
  const files: FilePatch[] = [];
  let offset = 0;
  for (let at = 0; at < lines.length; ) {
    const file = startsFile(lines, at) ? openFile(lines[at]!) : undefined;
    const [start, end] = [offset, file ? readFile(file, lines, at) : at + 1];
    for (; at < end; at++) offset += lines[at]!.length + 1;
    if (file === undefined) continue;
    file.text = patch.slice(start, offset);
    files.push(file);
  }
  return files;
}

const openFile = (line: string): FilePatch => ({
  oldPath: undefined,
  newPath: undefined,
  operation: 'modify',
  hunks: [],
  hasGitHeader: isGitHeader(line),
  text: '',
});

const isGitHeader = (line: string): boolean => line.startsWith('diff --git ');
const isSides = (lines: readonly string[], at: number): boolean =>
  lines[at]!.startsWith('--- ') && (lines[at + 1]?.startsWith('+++ ') ?? false);
const startsFile = (lines: readonly string[], at: number): boolean => isGitHeader(lines[at]!) || isSides(lines, at);

/** Returns where the file's part ends. */
function readFile(file: FilePatch, lines: readonly string[], start: number): number {
  let at = start;
  if (file.hasGitHeader) {
    readPaths(file, lines[at++]!.trimEnd());
    while (at < lines.length && readHeaderLine(file, lines[at]!.trimEnd())) at += 1;
    if (file.binary) while (at < lines.length && !startsFile(lines, at)) file.binary.push(lines[at++]!);
    if (file.binary?.at(-1) === '' && at === lines.length) file.binary.pop();
  }
  if (at < lines.length && isSides(lines, at)) {
    readSides(file, lines[at]!, lines[at + 1]!);
    at += 2;
  }
  while (at < lines.length && !startsFile(lines, at)) {
    const hunk = openHunk(lines[at++]!);
    if (hunk === undefined) continue;
    at = readLines(hunk, lines, at);
    file.hunks.push(hunk);
  }
  return at;
}

/** `diff --git a/path b/path`: one path twice, unless lines after it name two. */
function readPaths(file: FilePatch, line: string): void {
  const names = line.slice('diff --git '.length);
  const half = (names.length - 1) / 2;
  const [old, fresh] = [names.slice(0, half), names.slice(half + 1)];
  const isTwice = names[half] === ' ' && old.replace('a/', '') === fresh.replace('b/', '');
  const [, first, second] = isTwice ? ['', old, fresh] : (TWO_PATHS.exec(names) ?? []);
  if (first === undefined || second === undefined) return;
  file.oldPath = withoutSide(first);
  file.newPath = withoutSide(second);
}

const TWO_PATHS = /^("(?:[^"\\]|\\.)*"|a\/.+?) ("(?:[^"\\]|\\.)*"|b\/.+)$/s;

/** False for the first line that is none of git's extended header. */
function readHeaderLine(file: FilePatch, line: string): boolean {
  if (line === 'GIT binary patch' || /^Binary files .* differ$/s.test(line)) {
    file.binary = [line];
    return true;
  }
  const [, key, value] = HEADER_LINE.exec(line) ?? [];
  if (key === undefined || value === undefined) return false;
  header[key as keyof typeof header](file, value, line);
  return true;
}

/** What each line of git's extended header states. */
const header = {
  'old mode': (file, mode) => {
    file.oldMode = mode;
  },
  'new mode': (file, mode) => {
    file.newMode = mode;
  },
  'deleted file mode': (file, mode) => Object.assign(file, { operation: 'delete', oldMode: mode, newPath: undefined }),
  'new file mode': (file, mode) => Object.assign(file, { operation: 'create', newMode: mode, oldPath: undefined }),
  'similarity index': (file, _, line) => {
    file.similarity = line;
  },
  'dissimilarity index': (file, _, line) => {
    file.similarity = line;
  },
  'rename from': (file, path) => Object.assign(file, { operation: 'rename', oldPath: unquotePath(path) }),
  'rename to': (file, path) => {
    file.newPath = unquotePath(path);
  },
  'copy from': (file, path) => Object.assign(file, { operation: 'copy', oldPath: unquotePath(path) }),
  'copy to': (file, path) => {
    file.newPath = unquotePath(path);
  },
  index: (file, value) => {
    const [, old, fresh, mode] = /^(\w+)\.\.(\w+)(?: (\d+))?$/.exec(value) ?? [];
    if (old !== undefined && fresh !== undefined) file.index = { old, new: fresh, ...(mode !== undefined && { mode }) };
  },
} satisfies Record<string, (file: FilePatch, value: string, line: string) => void>;
const HEADER_LINE = new RegExp(`^(${Object.keys(header).join('|')}) (.+)$`, 's');

/** `--- a/path`, `+++ b/path`; a plain patch may have dates behind its paths. */
function readSides(file: FilePatch, old: string, fresh: string): void {
  file.oldPath = pathOfSide(old);
  file.newPath = pathOfSide(fresh);
  if (file.operation !== 'modify') return;
  if (file.oldPath === undefined) file.operation = 'create';
  else if (file.newPath === undefined) file.operation = 'delete';
}

function pathOfSide(line: string): string | undefined {
  const printed = line.slice('--- '.length).split('\t')[0]!.trimEnd();
  return printed === '/dev/null' ? undefined : withoutSide(printed);
}

const withoutSide = (printed: string): string => unquotePath(printed).replace(/^[ab]\//, '');

function openHunk(line: string): Hunk | undefined {
  const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s.exec(line);
  if (match === null) return undefined;
  const [, oldStart, oldCount = '1', newStart, newCount = '1', heading = ''] = match;
  return {
    old: { start: Number(oldStart), count: Number(oldCount) },
    new: { start: Number(newStart), count: Number(newCount) },
    heading: heading.trimEnd(),
    lines: [],
  };
}

/** Counted, since a line of a hunk may look like anything. Returns where it ends: early, where its counts promise too much. */
function readLines(hunk: Hunk, lines: readonly string[], start: number): number {
  let [old, fresh] = [hunk.old.count, hunk.new.count];
  let at = start;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const last = hunk.lines.at(-1);
    if (line.startsWith('\\') && last) last.noNewline = true;
    else if ((old <= 0 && fresh <= 0) || !/^(?:[-+ ]|\r?$)/.test(line) || isGitHeader(line)) break;
    else {
      // Some editors take the blank off an empty context line; the end of the text is no line.
      if (line === '' && at === lines.length - 1) break;
      const sign = (line[0] === '\r' ? ' ' : (line[0] ?? ' ')) as HunkLine['sign'];
      hunk.lines.push({ sign, text: line[0] === '\r' ? line : line.slice(1) });
      if (sign !== '+') old -= 1;
      if (sign !== '-') fresh -= 1;
    }
  }
  return at;
}
