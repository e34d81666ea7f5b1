// Writes patches as git does, to the byte for what git wrote itself.
import { type FilePatch, type Hunk, pathOf, type Range } from './file-patch.ts';
import { quotePath } from './quoted-path.ts';

export const renderPatch = (files: readonly FilePatch[]): string => files.map(renderFile).join('');

function renderFile(file: FilePatch): string {
  const header = file.hasGitHeader ? gitHeader(file) : [];
  const sides = file.hunks.length > 0 ? [`--- ${side('a', file.oldPath)}`, `+++ ${side('b', file.newPath)}`] : [];
  const lines = [...header, ...sides, ...file.hunks.flatMap(renderHunk), ...(file.binary ?? [])];
  return lines.map((line) => `${line}\n`).join('');
}

function gitHeader(file: FilePatch): string[] {
  const { operation, similarity, index, oldPath = pathOf(file), newPath = pathOf(file) } = file;
  const isMove = operation === 'rename' || operation === 'copy';
  return [
    `diff --git ${quotePath(`a/${oldPath}`)} ${quotePath(`b/${newPath}`)}`,
    ...modes(file),
    ...(similarity ? [similarity] : []),
    ...(isMove ? [`${operation} from ${quotePath(oldPath)}`, `${operation} to ${quotePath(newPath)}`] : []),
    ...(index ? [`index ${index.old}..${index.new}${index.mode ? ` ${index.mode}` : ''}`] : []),
  ];
}

function modes({ operation, oldMode, newMode }: FilePatch): string[] {
  if (operation === 'create') return [`new file mode ${newMode ?? DEFAULT_MODE}`];
  if (operation === 'delete') return [`deleted file mode ${oldMode ?? DEFAULT_MODE}`];
  return oldMode === undefined || newMode === undefined ? [] : [`old mode ${oldMode}`, `new mode ${newMode}`];
}

/** Of a file that cannot be run. */
const DEFAULT_MODE = '100644';

/** A tab ends a path with blanks, which other tools would cut there. */
const side = (name: 'a' | 'b', path: string | undefined): string =>
  path === undefined ? '/dev/null' : quotePath(`${name}/${path}`) + (path.includes(' ') ? '\t' : '');

const renderHunk = ({ old, new: fresh, heading, lines }: Hunk): string[] => [
  `@@ -${range(old)} +${range(fresh)} @@${heading === '' ? '' : ` ${heading}`}`,
  ...lines.flatMap(({ sign, text, noNewline }) => [
    sign + text,
    ...(noNewline ? ['\\ No newline at end of file'] : []),
  ]),
];

const range = ({ start, count }: Range): string => (count === 1 ? `${start}` : `${start},${count}`);
