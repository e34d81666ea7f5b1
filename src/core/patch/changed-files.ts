// What a git patch changes, file by file, as lines without their newlines.

export interface ChangedFile {
  /** In the repository, after the patch; before it, when the patch deletes the file. */
  path: string;
  /** Before the patch, when it renames or copies the file. */
  from?: string;
  isNew: boolean;
  isBinary: boolean;
  removed: string[];
  added: string[];
}

export function changedFiles(patch: string): ChangedFile[] {
  const files: ChangedFile[] = [];
  const lines = patch.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const file = files.at(-1);
    const sides = readSides(line, lines[at + 1]);
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (line.startsWith('diff --git ')) files.push(openFile(pathOfHeader(line)));
    else if (sides) {
      // A patch that git did not write has no header of its own.
      if (file === undefined || hasLines(file)) files.push(openFile(''));
      Object.assign(files.at(-1)!, sides);
      at += 1;
    } else if (file && hunk) at += takeHunk(file, lines, at + 1, [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)]);
    else if (file) readHeader(file, line);
  }
  return files;
}

const openFile = (path: string): ChangedFile => ({ path, isNew: false, isBinary: false, removed: [], added: [] });

const hasLines = ({ removed, added }: ChangedFile): boolean => removed.length + added.length > 0;

/** `--- a/path`, `+++ b/path`. */
function readSides(line: string, next = ''): Pick<ChangedFile, 'path' | 'isNew'> | undefined {
  if (!line.startsWith('--- ') || !next.startsWith('+++ ')) return undefined;
  const [old, fresh] = [pathOf(line.slice(4)), pathOf(next.slice(4))];
  return { path: fresh ?? old ?? '', isNew: old === undefined };
}

/** Both sides are the same path, unless lines after it tell them. */
const pathOfHeader = (line: string): string =>
  pathOf(/^diff --git ("?a\/.+"?) ("?b\/.+"?)$/s.exec(line.trimEnd())?.[2] ?? '') ?? '';

function readHeader(file: ChangedFile, line: string): void {
  if (line.startsWith('new file mode')) file.isNew = true;
  if (line.startsWith('Binary files ') || line.startsWith('GIT binary patch')) file.isBinary = true;
  const from = /^(?:rename|copy) from (.+)$/.exec(line.trimEnd())?.[1];
  if (from !== undefined) file.from = unquote(from);
}

/** Counted, since a line of a hunk may look like anything. Returns how many lines it took. */
function takeHunk(file: ChangedFile, lines: readonly string[], start: number, counts: [number, number]): number {
  let [old, fresh] = counts;
  let at = start;
  for (; at < lines.length && (old > 0 || fresh > 0 || lines[at]!.startsWith('\\')); at++) {
    const [sign, text] = [lines[at]![0] ?? ' ', lines[at]!.slice(1)];
    if (sign === '\\') continue;
    if (sign !== '+') old -= 1;
    if (sign !== '-') fresh -= 1;
    if (sign === '-') file.removed.push(text);
    if (sign === '+') file.added.push(text);
  }
  return at - start;
}

/** Undefined for /dev/null. */
function pathOf(text: string): string | undefined {
  const path = unquote(text.split('\t')[0]!.trimEnd());
  return path === '/dev/null' ? undefined : path.replace(/^[ab]\//, '');
}

/** git writes bytes beyond ASCII as octal numbers inside quotes. */
function unquote(path: string): string {
  if (!path.startsWith('"')) return path;
  const bytes = path
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
