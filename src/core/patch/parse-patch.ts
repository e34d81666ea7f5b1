// Reads unified diffs: git's, with renames, modes and binary files, and plain ones. Text around the files of a patch is passed over.
import type { FilePatch, Hunk, HunkLine } from './file-patch.ts';
import { unquotePath } from './quoted-path.ts';

/** Never throws: what is no patch has no files. */
export function parsePatch(patch: string): FilePatch[] {
  const lines = patch.split('\n');
  const files: FilePatch[] = [];
  for (let at = 0; at < lines.length; ) {
    if (!startsFile(lines, at)) {
      at += 1;
      continue;
    }
    const { file, end } = readFile(lines, at);
    files.push(file);
    at = end;
  }
  return files;
}

const isGitHeader = (line: string | undefined): boolean => line?.startsWith('diff --git ') ?? false;
const isSides = (lines: readonly string[], at: number): boolean =>
  lines[at]!.startsWith('--- ') && (lines[at + 1]?.startsWith('+++ ') ?? false);
const startsFile = (lines: readonly string[], at: number): boolean => isGitHeader(lines[at]) || isSides(lines, at);

function readFile(lines: readonly string[], start: number): { file: FilePatch; end: number } {
  const file: FilePatch = { operation: 'modify', hunks: [], hasGitHeader: isGitHeader(lines[start]), text: '' };
  let at = start;
  if (file.hasGitHeader) {
    Object.assign(file, pathsOfHeader(lines[at++]!.trimEnd()));
    while (at < lines.length && readHeaderLine(file, lines[at]!.trimEnd())) at += 1;
    if (file.binary) while (at < lines.length && !startsFile(lines, at)) file.binary.push(lines[at++]!);
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
  file.text = lines.slice(start, at).join('\n') + (at < lines.length ? '\n' : '');
  if (file.binary?.at(-1) === '' && at === lines.length) file.binary.pop();
  return { file, end: at };
}

/** `diff --git a/path b/path`: one path twice, unless lines after it name two. */
function pathsOfHeader(line: string): Pick<FilePatch, 'oldPath' | 'newPath'> {
  const names = line.slice('diff --git '.length);
  const half = (names.length - 1) / 2;
  const isTwice = names[half] === ' ' && withoutSide(names.slice(0, half)) === withoutSide(names.slice(half + 1));
  const [, old, fresh] = isTwice
    ? ['', names.slice(0, half), names.slice(half + 1)]
    : (/^("(?:[^"\\]|\\.)*"|a\/.+?) ("(?:[^"\\]|\\.)*"|b\/.+)$/s.exec(names) ?? []);
  return old === undefined || fresh === undefined ? {} : { oldPath: withoutSide(old), newPath: withoutSide(fresh) };
}

/** False for the first line that is none of git's extended header. */
function readHeaderLine(file: FilePatch, line: string): boolean {
  if (line === 'GIT binary patch' || /^Binary files .* differ$/s.test(line)) {
    file.binary = [line];
    return true;
  }
  const key = HEADER_KEYS.find((one) => line.startsWith(`${one} `));
  if (key === undefined) return false;
  header[key](file, line.slice(key.length + 1), line);
  return true;
}

/** What each line of git's extended header states. */
const header = {
  'old mode': (file, mode) => Object.assign(file, { oldMode: mode }),
  'new mode': (file, mode) => Object.assign(file, { newMode: mode }),
  'deleted file mode': (file, mode) => {
    Object.assign(file, { operation: 'delete', oldMode: mode });
    delete file.newPath;
  },
  'new file mode': (file, mode) => {
    Object.assign(file, { operation: 'create', newMode: mode });
    delete file.oldPath;
  },
  'similarity index': (file, _, line) => Object.assign(file, { similarity: line }),
  'dissimilarity index': (file, _, line) => Object.assign(file, { similarity: line }),
  'rename from': (file, path) => Object.assign(file, { operation: 'rename', oldPath: unquotePath(path) }),
  'rename to': (file, path) => Object.assign(file, { newPath: unquotePath(path) }),
  'copy from': (file, path) => Object.assign(file, { operation: 'copy', oldPath: unquotePath(path) }),
  'copy to': (file, path) => Object.assign(file, { newPath: unquotePath(path) }),
  index: (file, value) => {
    const [, old, fresh, mode] = /^(\w+)\.\.(\w+)(?: (\d+))?$/.exec(value) ?? [];
    if (old !== undefined && fresh !== undefined) file.index = { old, new: fresh, ...(mode !== undefined && { mode }) };
  },
} satisfies Record<string, (file: FilePatch, value: string, line: string) => void>;
const HEADER_KEYS = Object.keys(header) as (keyof typeof header)[];

/** `--- a/path`, `+++ b/path`; a plain patch may have dates behind its paths. */
function readSides(file: FilePatch, old: string, fresh: string): void {
  const [oldPath, newPath] = [pathOfSide(old), pathOfSide(fresh)];
  if (oldPath === undefined) delete file.oldPath;
  else file.oldPath = oldPath;
  if (newPath === undefined) delete file.newPath;
  else file.newPath = newPath;
  if (file.operation === 'modify' && oldPath === undefined) file.operation = 'create';
  if (file.operation === 'modify' && newPath === undefined) file.operation = 'delete';
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
