// The patch that undoes a patch, as git would write it: text changes, new and deleted files, renames, modes.

export function reversePatch(patch: string): string {
  const lines = patch.split('\n');
  const reversed: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const hunk = /^@@ -(\S+) \+(\S+) @@(.*)$/s.exec(lines[at]!);
    if (hunk) {
      const [, old = '', fresh = '', heading = ''] = hunk;
      const end = endOfHunk(lines, at + 1, countOf(old), countOf(fresh));
      reversed.push(`@@ -${fresh} +${old} @@${heading}`);
      for (const line of reverseHunk(lines.slice(at + 1, end))) reversed.push(line);
      at = end;
    } else {
      let end = at + 1;
      while (end < lines.length && !lines[end]!.startsWith('@@ ')) end++;
      for (const line of reverseHeader(lines.slice(at, end))) reversed.push(line);
      at = end;
    }
  }
  return reversed.join('\n');
}

/** `12,3` are three lines, `12` is one. */
const countOf = (range: string): number => Number(range.split(',')[1] ?? 1);

function endOfHunk(lines: readonly string[], start: number, old: number, fresh: number): number {
  let at = start;
  let [oldLeft, freshLeft] = [old, fresh];
  for (; at < lines.length && (oldLeft > 0 || freshLeft > 0 || lines[at]!.startsWith('\\')); at++) {
    const sign = lines[at]![0] ?? ' ';
    if (sign === '-' || sign === ' ') oldLeft -= 1;
    if (sign === '+' || sign === ' ') freshLeft -= 1;
  }
  return at;
}

/** In every run of changed lines those that go come before those that come. */
function reverseHunk(lines: readonly string[]): string[] {
  const result: string[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  let last = result;
  const endRun = (): void => {
    for (const line of removed) result.push(line);
    for (const line of added) result.push(line);
    [removed, added, last] = [[], [], result];
  };
  for (const line of lines) {
    if (line.startsWith('\\')) {
      // "No newline at end of file" belongs to the line before it.
      last.push(line);
      continue;
    }
    if (line.startsWith('+') || line.startsWith('-')) {
      last = line.startsWith('+') ? removed : added;
      last.push((line.startsWith('+') ? '-' : '+') + line.slice(1));
      continue;
    }
    endRun();
    result.push(line);
  }
  endRun();
  return result;
}

/** What changes name, and comes second where it came first. */
const PAIRS = [
  ['--- ', '+++ '],
  ['rename from ', 'rename to '],
  ['old mode ', 'new mode '],
  ['new file mode ', 'deleted file mode '],
] as const;

function reverseHeader(lines: readonly string[]): string[] {
  const result = lines.map(reverseHeaderLine);
  for (let at = 0; at + 1 < result.length; at++)
    if (PAIRS.some(([first, second]) => result[at]!.startsWith(second) && result[at + 1]!.startsWith(first)))
      [result[at], result[at + 1]] = [result[at + 1]!, result[at]!];
  return result;
}

function reverseHeaderLine(line: string): string {
  if (line === '') return line;
  const index = /^index (\w+)\.\.(\w+)(.*)$/s.exec(line);
  if (index) return `index ${index[2]}..${index[1]}${index[3]}`;
  const names = /^diff --git a\/(.+) b\/(.+)$/s.exec(line);
  if (names) return `diff --git a/${names[2]} b/${names[1]}`;
  for (const [first, second] of PAIRS) {
    if (line.startsWith(first)) return second + swapSide(line.slice(first.length));
    if (line.startsWith(second)) return first + swapSide(line.slice(second.length));
  }
  return line;
}

const swapSide = (path: string): string => path.replace(/^[ab]\//, (side) => (side === 'a/' ? 'b/' : 'a/'));
