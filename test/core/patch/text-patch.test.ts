import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reversePatch } from '../../../src/core/patch/reverse-patch.ts';
import { textPatch } from '../../../src/core/patch/text-patch.ts';
import { temporaryFolder } from '../../support/temp.ts';

const git = (cwd: string, ...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8' });

/** A repository with one file; `git apply`s patches to it. */
function repository(text: string, path = 'lib/a.txt') {
  const dir = temporaryFolder();
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
  git(dir, 'init', '-q');
  return {
    dir,
    apply(patch: string): string {
      writeFileSync(join(dir, '.git/p.diff'), patch);
      git(dir, 'apply', '--whitespace=nowarn', '.git/p.diff');
      return readFileSync(join(dir, path), 'utf8');
    },
  };
}

const numbered = (count: number): string => Array.from({ length: count }, (_, n) => `line ${n}\n`).join('');

describe('textPatch', () => {
  test.each([
    ['a line in the middle', numbered(20), numbered(20).replace('line 9\n', 'changed\n')],
    ['the first line', numbered(5), numbered(5).replace('line 0', 'first')],
    ['the last line', numbered(5), numbered(5).replace('line 4', 'last')],
    ['lines removed', numbered(9), numbered(9).replace('line 3\nline 4\n', '')],
    ['lines added', numbered(9), numbered(9).replace('line 3\n', 'line 3\nnew\nnew\n')],
    ['two places', numbered(30), numbered(30).replace('line 3\n', '').replace('line 25', 'x')],
    ['repeated lines', 'a\na\na\na\n', 'a\na\na\n'],
    ['no newline at the end', 'a\nb', 'a\nc'],
    ['a newline added at the end', 'a\nb', 'a\nb\n'],
    ['everything', 'a\n', 'b\nc\n'],
    ['a file that was empty', '', 'a\n'],
    ['carriage returns', 'a\r\nb\r\n', 'a\r\nc\r\n'],
  ])('%s: git applies it', (_, before, after) => {
    expect(repository(before).apply(textPatch('lib/a.txt', before, after))).toBe(after);
    expect(repository(after).apply(textPatch('lib/a.txt', after, before))).toBe(before);
  });

  test('equal texts have no patch', () => {
    expect(textPatch('a', 'x\n', 'x\n')).toBe('');
  });
});

describe('reversePatch', () => {
  test('undoes what git wrote: changes, lines that look like headers, new and deleted files, renames', () => {
    const box = repository('-- a\n++ b\nc\n');
    writeFileSync(join(box.dir, 'gone.txt'), 'x\n');
    writeFileSync(join(box.dir, 'old.txt'), numbered(20));
    git(box.dir, 'add', '-A');
    git(box.dir, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'base');
    writeFileSync(join(box.dir, 'lib/a.txt'), '++ b\n-- d\nc\n');
    writeFileSync(join(box.dir, 'new.txt'), 'n\n');
    git(box.dir, 'rm', '-q', 'gone.txt');
    git(box.dir, 'mv', 'old.txt', 'moved.txt');
    git(box.dir, 'add', '-A');
    const patch = git(box.dir, 'diff', '--cached', '-M');
    writeFileSync(join(box.dir, '.git/r.diff'), reversePatch(patch));
    git(box.dir, 'apply', '--index', '.git/r.diff');
    expect(git(box.dir, 'status', '--porcelain')).toBe('');
  });

  test('within a change, what goes is written before what comes', () => {
    const patch = textPatch('a', 'a\nb\nc\n', 'a\nx\ny\nc');
    expect(reversePatch(patch).split('\n').slice(4)).toEqual([
      ' a',
      '-x',
      '-y',
      '-c',
      '\\ No newline at end of file',
      '+b',
      '+c',
      '',
    ]);
  });

  test('twice is the patch itself', () => {
    const patch = textPatch('a.py', numbered(9), numbered(9).replace('line 3\n', 'x\ny\n'));
    expect(reversePatch(reversePatch(patch))).toBe(patch);
  });
});
