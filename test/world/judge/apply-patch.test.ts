import { describe, expect, onTestFinished, test } from 'vitest';
import { applyPatch, pathsOfPatch } from '../../../src/world/judge/apply-patch.ts';
import { openLocalSandbox } from '../../support/local-sandbox.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('');
const FILE = lines(1, 20);

async function open() {
  const box = await openLocalSandbox({ 'a.txt': FILE, 'b.txt': FILE });
  onTestFinished(() => box.dispose());
  return box;
}
const text = async (box: Awaited<ReturnType<typeof open>>, path: string) =>
  (await box.readFile(`/testbed/${path}`)).toString();

const hunk = (path: string, before: string, after: string, at = 9) =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${at},3 +${at},3 @@\n ${before}-line 10\n+line ten\n ${after}`;
const CLEAN = hunk('a.txt', 'line 9\n', 'line 11\n');
const TEN = FILE.replace('line 10\n', 'line ten\n');

describe('the chain', () => {
  test('a clean patch goes through git apply', async () => {
    const box = await open();
    expect(await applyPatch(box, CLEAN)).toMatchObject({ applied: true, by: 'git apply --verbose' });
    expect(await text(box, 'a.txt')).toBe(TEN);
  });

  test('a patch without its last newline is mended', async () => {
    const box = await open();
    expect(await applyPatch(box, CLEAN.trimEnd())).toMatchObject({ applied: true, by: 'git apply --verbose' });
  });

  test('changed context is left to patch and its fuzz', async () => {
    const box = await open();
    const fuzzy = hunk('a.txt', 'line nine\n', 'line eleven\n');
    expect(await applyPatch(box, fuzzy)).toMatchObject({ applied: true, by: expect.stringContaining('patch --batch') });
    expect(await text(box, 'a.txt')).toBe(TEN);
  });

  test('a patch that is in already counts as applied', async () => {
    const box = await open();
    await applyPatch(box, CLEAN);
    await box.exec('git -c user.name=t -c user.email=t@t commit -qam fixed');
    expect(await applyPatch(box, CLEAN)).toMatchObject({ applied: true, by: 'already applied' });
    expect(await text(box, 'a.txt')).toBe(TEN);
  });

  test('a patch that nothing can apply leaves nothing behind, though one of its files would apply', async () => {
    const box = await open();
    const half = CLEAN + hunk('b.txt', 'x\n', 'y\n').replace('-line 10', '-no such line');
    expect((await applyPatch(box, half)).applied).toBe(false);
    expect(await box.diff()).toBe('');
  });

  test.each(['not a patch', 'diff --git a/a.txt b/a.txt\n', '<html></html>'])('%j is refused', async (patch) => {
    const box = await open();
    expect((await applyPatch(box, patch)).applied).toBe(false);
    expect(await text(box, 'a.txt')).toBe(FILE);
  });

  test('new, deleted and renamed files', async () => {
    const box = await open();
    const patch = `diff --git a/new/c.txt b/new/c.txt
new file mode 100644
--- /dev/null
+++ b/new/c.txt
@@ -0,0 +1 @@
+héllo 🙂
diff --git a/a.txt b/moved.txt
similarity index 100%
rename from a.txt
rename to moved.txt
diff --git a/b.txt b/b.txt
deleted file mode 100644
--- a/b.txt
+++ /dev/null
@@ -1,20 +0,0 @@
${FILE.replace(/^/gm, '-').slice(0, -1)}`;
    expect(await applyPatch(box, patch)).toMatchObject({ applied: true });
    expect(await text(box, 'new/c.txt')).toBe('héllo 🙂\n');
    expect(await text(box, 'moved.txt')).toBe(FILE);
    await expect(text(box, 'b.txt')).rejects.toThrow();
  });

  test.each([
    ['b/.git/hooks/owned', '--- /dev/null\n+++ b/.git/hooks/owned\n'],
    ['another prefix', '--- x/.git/hooks/owned\n+++ x/.git/hooks/owned\n'],
    ['an octal escape', '--- /dev/null\n+++ "b/\\056git/hooks/owned"\n'],
    [
      'an octal escape in git’s header',
      'diff --git "a/.gi\\164/hooks/owned" "b/.gi\\164/hooks/owned"\nnew file mode 100755\n--- /dev/null\n+++ "b/.gi\\164/hooks/owned"\n',
    ],
    ['an index line', 'Index: x/.git/hooks/owned\n===================\n'],
    ['a repository in a folder', '--- x/deep/.git/hooks/owned\n+++ x/deep/.git/hooks/owned\n'],
  ])('a hook of a repository is never written: by %s', async (_what, header) => {
    const box = await open();
    const patched = await applyPatch(box, `${header}@@ -0,0 +1 @@\n+touch /tmp/owned\n`);
    expect(patched).toMatchObject({ applied: false });
    expect((await box.exec('find . -name owned; git status --porcelain')).output).toBe('');
  });

  test('a setting of the repository is never changed', async () => {
    const box = await open();
    const config = await text(box, '.git/config');
    const patch = `--- x/.git/config\n+++ x/.git/config\n@@ -1,1 +1,2 @@\n ${config.split('\n')[0]}\n+\tfsmonitor = "touch /tmp/owned"\n`;
    expect((await applyPatch(box, patch)).applied).toBe(false);
    expect(await text(box, '.git/config')).toBe(config);
  });

  test('hooks and settings of the repository start nothing', async () => {
    const box = await open();
    await box.exec('printf "#!/bin/sh\\ntouch owned" > .git/hooks/post-index-change && chmod +x .git/hooks/*');
    await box.exec('git config core.fsmonitor "touch owned; false"');
    await applyPatch(box, 'not a patch');
    await expect(text(box, 'owned')).rejects.toThrow();
  });

  test('a repository is whole after patch was used', async () => {
    const box = await open();
    await applyPatch(box, hunk('a.txt', 'line nine\n', 'line eleven\n'));
    expect((await box.exec('git fsck --strict && git diff --name-only')).output).toBe('a.txt\n');
  });
});

test('the paths of a patch are the old and the new ones, renames and binary files too', () => {
  const patch = `${CLEAN}diff --git a/old.py b/new.py\nsimilarity index 100%\nrename from old.py\nrename to new.py\ndiff --git a/x.png b/x.png\nGIT binary patch\n`;
  expect(pathsOfPatch(patch).sort()).toEqual(['a.txt', 'new.py', 'old.py', 'x.png']);
});
