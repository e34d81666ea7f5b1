// Reading patches, as git writes them and as others do.
import { expect, test } from 'vitest';
import { changedFiles } from '../../../src/core/patch/changed-files.ts';
import { openLocalSandbox } from '../../support/local-sandbox.ts';

test('what git says of changed, new, deleted, renamed, binary and oddly named files is read', async () => {
  await using box = await openLocalSandbox({
    'a.py': 'x = 1\n-- y\n',
    'old.py': '1\n2\n3\n4\n',
    'gone.py': 'z\n',
    'b c.txt': 'b\n',
  });
  await box.exec(
    [
      "printf 'x = 2\\n++ y\\n' > a.py; git mv old.py new.py; sed -i 's/4/5/' new.py; rm gone.py; echo c >> 'b c.txt'",
      "printf '\\0\\1' > bin; printf 'no newline' > 'é\"q.py'",
    ].join('; '),
  );
  const patch = (await box.exec('git add -A && git diff --cached -M')).output;
  const none = { isNew: false, isBinary: false };
  expect(changedFiles(patch).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { ...none, path: 'a.py', removed: ['x = 1', '-- y'], added: ['x = 2', '++ y'] },
    { ...none, path: 'b c.txt', removed: [], added: ['c'] },
    { ...none, path: 'bin', isNew: true, isBinary: true, removed: [], added: [] },
    { ...none, path: 'gone.py', removed: ['z'], added: [] },
    { ...none, path: 'new.py', from: 'old.py', removed: ['4'], added: ['5'] },
    { ...none, path: 'é"q.py', isNew: true, removed: [], added: ['no newline'] },
  ]);
});

test('a patch without git headers is read by its paths', () => {
  const patch =
    '--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\t2026\n+++ b/y.py\t2026\n@@ -0,0 +1 @@\n+c\n';
  expect(changedFiles(patch)).toMatchObject([
    { path: 'x.py', isNew: false, removed: ['a'], added: ['b'] },
    { path: 'y.py', isNew: true, removed: [], added: ['c'] },
  ]);
});

test.each(['', 'no patch at all', '@@ -1 +1 @@\n-a\n+b'])('%j changes nothing', (text) => {
  expect(changedFiles(text)).toEqual([]);
});
