// One table of patches, as git and others write them: read, written again, reversed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePatch } from '../../../src/core/patch/parse-patch.ts';
import { renderPatch } from '../../../src/core/patch/render-patch.ts';
import { reversePatch } from '../../../src/core/patch/reverse-patch.ts';
import { temporaryFolder } from '../../support/temp.ts';

const numbered = Array.from({ length: 30 }, (_, n) => `line ${n}\n`).join('');

/** What a repository holds, what a shell then does to it, and what is read of the patch. */
const written: [what: string, files: Record<string, string>, change: string, read: object[]][] = [
  [
    'a changed line',
    { 'a.txt': 'a\nb\n' },
    'printf "a\\nc\\n" > a.txt',
    [{ oldPath: 'a.txt', newPath: 'a.txt', operation: 'modify' }],
  ],
  [
    'two hunks with headings',
    { 'a.txt': numbered },
    'sed -i "s/line 3$/x/; s/line 25$/y/" a.txt',
    [{ hunks: [{}, {}] }],
  ],
  ['a new file', {}, 'echo x > "new file.txt"', [{ newPath: 'new file.txt', operation: 'create', newMode: '100644' }]],
  ['a new empty file', {}, 'touch empty', [{ newPath: 'empty', operation: 'create', hunks: [] }]],
  ['a deleted file', { 'gone.txt': 'x\n' }, 'rm gone.txt', [{ oldPath: 'gone.txt', operation: 'delete' }]],
  [
    'a pure rename',
    { 'old.txt': numbered },
    'mv old.txt new.txt',
    [{ oldPath: 'old.txt', newPath: 'new.txt', operation: 'rename', hunks: [] }],
  ],
  [
    'a rename with an edit and another mode',
    { 'old.txt': numbered },
    'mv old.txt "new name.txt"; sed -i s/7/x/ "new name.txt"; chmod +x "new name.txt"',
    [{ oldPath: 'old.txt', newPath: 'new name.txt', operation: 'rename', oldMode: '100644', newMode: '100755' }],
  ],
  ['a mode', { 'run.sh': 'x\n' }, 'chmod +x run.sh', [{ operation: 'modify', oldMode: '100644', newMode: '100755' }]],
  [
    'names with quotes, tabs, backslashes and bytes beyond ASCII',
    { 'é "q"\t\\.txt': 'a\n' },
    'echo b > "$(printf "é \\"q\\"\\t\\\\\\\\.txt")"',
    [{ oldPath: 'é "q"\t\\.txt', newPath: 'é "q"\t\\.txt' }],
  ],
  [
    'a name that reads like two',
    { 'a b/a b': 'a\n' },
    'echo b > "a b/a b"',
    [{ oldPath: 'a b/a b', newPath: 'a b/a b' }],
  ],
  ['a binary file', { bin: 'a\0b' }, 'printf "\\0\\1\\2" > bin', [{ operation: 'modify', hunks: [] }]],
  [
    'carriage returns',
    { 'a.txt': 'a\r\nb\r\n' },
    'printf "a\\r\\nc\\r\\n" > a.txt',
    [{ hunks: [{ lines: { length: 3 } }] }],
  ],
  [
    'no newline at the end, then one',
    { 'a.txt': 'a\nb' },
    'printf "a\\nb\\n" > a.txt',
    [{ hunks: [{ lines: [{}, { sign: '-', noNewline: true }, { sign: '+' }] }] }],
  ],
  ['lines that look like headers', { 'a.txt': '-- a\n++ b\n' }, 'printf "++ b\\n-- a\\n@@ -1 +1 @@\\n" > a.txt', [{}]],
];

test.each(written)('%s: read, written to the byte, and undone by git', (_, files, change, read) => {
  const dir = temporaryFolder();
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: dir, encoding: 'utf8' });
  git('init', '-q');
  git('config', 'core.autocrlf', 'false');
  for (const [path, text] of Object.entries({ keep: '', ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  git('add', '-A');
  git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'base');
  execFileSync('sh', ['-c', change], { cwd: dir });
  git('add', '-A');
  const patch = git('diff', '--cached', '-M', '--binary');
  expect(parsePatch(patch)).toMatchObject(read);
  expect(renderPatch(parsePatch(patch))).toBe(patch);
  expect(reversePatch(reversePatch(patch))).toBe(patch);
  writeFileSync(join(dir, '.git/reverse.diff'), reversePatch(patch));
  git('apply', '--index', '--whitespace=nowarn', '.git/reverse.diff');
  expect(git('status', '--porcelain')).toBe('');
});

test.each([
  [
    'plain, with dates',
    '--- a/x.py\t2026-01-01\n+++ b/x.py\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n',
    [{ oldPath: 'x.py', newPath: 'x.py', hasGitHeader: false }],
  ],
  ['plain, of /dev/null', '--- /dev/null\n+++ b/y.py\n@@ -0,0 +1 @@\n+c\n', [{ newPath: 'y.py', operation: 'create' }]],
  [
    'with a message before and a signature behind',
    'From 1 Mon\nSubject: x\n---\n a | 2 +-\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n-- \n2.40\n',
    [{ newPath: 'a', hunks: [{ lines: { length: 2 } }] }],
  ],
  [
    'with an empty context line that lost its blank',
    'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n x\n\n-a\n+b\n',
    [{ hunks: [{ lines: [{ text: 'x' }, { sign: ' ', text: '' }, { sign: '-' }, { sign: '+' }] }] }],
  ],
  [
    'with a hunk that promises more lines than there are',
    'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,9 +1,9 @@\n-a\n+b\ndiff --git a/c b/c\n--- a/c\n+++ b/c\n@@ -1 +1 @@\n-d\n+e\n',
    [{ newPath: 'a' }, { newPath: 'c', hunks: [{ lines: { length: 2 } }] }],
  ],
  ['without a final newline', 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b', [{ hunks: [{}] }]],
  ['binary, without content', 'diff --git a/a b/a\nBinary files a/a and b/a differ\n', [{ binary: { length: 1 } }]],
  ['empty', '', []],
  ['no patch at all', 'hello\n+++ world\n', []],
])('a patch %s is read', (_, patch, read) => {
  expect(parsePatch(patch)).toMatchObject(read);
});

test('a reversed "Binary files" line names the sides the other way round', () => {
  expect(reversePatch('diff --git a/a b/a\nBinary files /dev/null and b/a differ\n')).toContain(
    'Binary files a/a and /dev/null differ',
  );
});
