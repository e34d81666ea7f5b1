// The attempt's patch: complete, applicable, and computed whatever the untrusted command did to the repository.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/world/sandbox/sandbox.ts';
import { type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let box: Sandbox;
beforeAll(async () => {
  sandboxes = await testSandboxes();
});
beforeEach(async () => {
  box = await sandboxes.open();
});
afterEach(() => box.dispose());

const EDIT = "sed -i 's/a + b/a - b/' src/app.py";
const EDIT_DIFF = `diff --git a/src/app.py b/src/app.py
index bfdea5d..0000000 100644
--- a/src/app.py
+++ b/src/app.py
@@ -1,5 +1,5 @@
 def add(a, b):
-    return a + b
+    return a - b
 
 
 def first(items):
`;

/** Blob hashes are checked by applying, not by reading. */
const withoutHashes = (patch: string): string => patch.replace(/^index \w+\.\.\w+/gm, 'index bfdea5d..0000000');

/** Applies the patch in a fresh sandbox and returns that sandbox's state as the first one's command shows it. */
async function afterApplying(patch: string, show: string): Promise<string> {
  await using fresh = await sandboxes.open();
  const applied = await fresh.exec('git apply --whitespace=nowarn -', { stdin: patch });
  expect(applied).toMatchObject({ output: '', exitCode: 0 });
  return (await fresh.exec(show)).output;
}

const SHOW = 'find . -path ./.git -prune -o -type f -exec stat -c "%n %a" {} + -exec sha256sum {} + | sort';

test('nothing changed: an empty patch', async () => {
  expect(await box.diff()).toBe('');
});

test('an edit is a plain git patch', async () => {
  await box.exec(EDIT);
  expect(withoutHashes(await box.diff())).toBe(EDIT_DIFF);
});

describe('applied to a fresh sandbox, the patch gives the same files', () => {
  test.each([
    ['a new file', 'mkdir -p a/b && echo new > a/b/c.txt'],
    ['a new file without a final newline', 'printf x > n'],
    ['an empty file', 'touch empty'],
    ['a deleted file', 'rm README.md'],
    ['a deleted folder', 'rm -r src'],
    ['a renamed file', 'mv README.md READ.md'],
    ['a mode', 'chmod +x README.md && chmod -x run.sh'],
    ['a binary file', "printf '\\001\\000\\377' > data.bin"],
    ['a new binary file', 'head -c 3000 /dev/urandom > noise'],
    ['text in another encoding', "printf 'caf\\351\\n' > latin1.txt && printf 'caf\\351\\n' >> README.md"],
    ['CRLF, whatever .gitattributes asks for', "printf 'x\\r\\n' >> crlf.txt && printf 'a\\r\\n' > new-crlf.txt"],
    ['odd names', `touch -- 'a b' "it's" '-n' 'tab\there' 'ünï' '"q"' && echo 1 > '$x'`],
    ['a changed .gitignore', 'echo "*.secret" >> .gitignore'],
  ])('%s', async (_, change) => {
    expect(await box.exec(`set -e; ${change}`)).toMatchObject({ output: '', exitCode: 0 });
    const patch = await box.diff();
    expect(patch).not.toBe('');
    expect(await afterApplying(patch, SHOW)).toBe((await box.exec(SHOW)).output);
  });

  test('a symlink', async () => {
    await box.exec('ln -s src/app.py link');
    expect(await afterApplying(await box.diff(), 'readlink link')).toBe('src/app.py\n');
  });

  test('files of repositories inside the repository', async () => {
    await box.exec('mkdir -p sub/deep && cd sub && git init -q && echo 1 > a && cd deep && git init -q && echo 2 > b');
    expect(await afterApplying(await box.diff(), 'cat sub/a sub/deep/b')).toBe('1\n2\n');
  });
});

test('ignored files stay out, those of the image and new ones', async () => {
  await box.exec('echo x > ignored/new.txt; echo y >> ignored/at-build.txt; touch a.pyc');
  expect(await box.diff()).toBe('');
});

test('a file that cannot be read does not hide the others', async () => {
  await box.exec(`echo x > locked; chmod 000 locked; ${EDIT}`);
  expect(await box.diff()).toContain('+    return a - b');
});

test('what was committed in between is part of the patch', async () => {
  await box.exec(`${EDIT}; git -c user.name=a -c user.email=a@b commit -qam change`);
  expect(withoutHashes(await box.diff())).toBe(EDIT_DIFF);
});

test('asking twice gives the same, and leaves nothing in the work dir', async () => {
  await box.exec(EDIT);
  const first = await box.diff();
  expect(await box.diff()).toBe(first);
  expect((await box.exec('git status --short')).output).toBe(' M src/app.py\n');
});

describe("the untrusted command's git cannot run, hide or lie", () => {
  test.each([
    ['.git deleted', 'rm -rf .git'],
    ['objects from elsewhere', 'mkdir /x; echo /x > .git/objects/info/alternates'],
    ['.git replaced by a file', 'rm -rf .git; echo gitdir: /nowhere > .git'],
    ['objects gone', 'rm -rf .git/objects'],
    ['index locked', 'touch .git/index.lock'],
    ['everything ignored by .git/info/exclude', 'echo "*" > .git/info/exclude'],
    ['everything ignored for the user', 'mkdir -p ~root/.config/git; echo "*" | tee ~root/.config/git/ignore'],
    [
      'files marked unchanged',
      'git update-index --assume-unchanged src/app.py; git update-index --skip-worktree src/app.py',
    ],
    [
      'another repository in its place',
      'rm -rf .git; git init -q; git add -A; git -c user.name=a -c user.email=a commit -qm x',
    ],
    [
      'grafts and replaced objects',
      'git replace HEAD $(git -c user.name=a -c user.email=a commit-tree -m x HEAD^{tree})',
    ],
    [
      'GIT_ variables in shell start-up files',
      'echo "export GIT_DIR=/x GIT_INDEX_FILE=/y" | tee ~root/.bashrc ~root/.profile',
    ],
    [
      'configuration of the user and the system',
      'git config --global diff.noprefix true; git config --system diff.external /bin/true',
    ],
  ])('%s', async (_, vandalism) => {
    await box.exec(`${EDIT}; ${vandalism}`);
    expect(withoutHashes(await box.diff())).toBe(EDIT_DIFF);
  });

  test.each([
    ['a hook', 'printf "#!/bin/sh\\ntouch /tmp/ran" > .git/hooks/post-index-change; chmod +x .git/hooks/*'],
    ['fsmonitor', 'git config core.fsmonitor "touch /tmp/ran; false"'],
    ['a filter', 'git config filter.x.clean "touch /tmp/ran; cat"; echo "*.py filter=x" > .gitattributes'],
    ['an external diff', 'git config diff.x.command "touch /tmp/ran"; echo "*.py diff=x" > .gitattributes'],
    [
      'a text conversion',
      'git config --global diff.x.textconv "touch /tmp/ran; cat"; echo "*.py diff=x" > .gitattributes',
    ],
  ])('%s does not run', async (_, set) => {
    await box.exec(`mkdir -p .git/hooks; ${set}; ${EDIT}`);
    await box.exec('rm -f /tmp/ran');
    expect(await box.diff()).toContain('+    return a - b');
    expect((await box.exec('ls /tmp')).output).toBe('');
  });
});

describe('a sandbox that broke its own tools still has a patch', () => {
  test.each([
    ['git is gone', 'rm -f $(command -v git)'],
    ['git is another program', 'printf "#!/bin/sh\\n" > $(command -v git)'],
    ['another git comes first on PATH', 'printf "#!/bin/sh\\n" > /usr/local/bin/git; chmod +x /usr/local/bin/git'],
    ['our copy of the base is gone', 'rm -rf /var/lib/stepwright'],
    ['most of the system is gone', 'rm -rf /usr/bin /usr/lib/git-core'],
  ])('%s', async (_, vandalism) => {
    await box.exec(`${EDIT}; ${vandalism}`);
    expect(withoutHashes(await box.diff())).toBe(EDIT_DIFF);
  });

  test('the work dir itself is gone', async () => {
    await box.exec('cd /; rm -rf /testbed /var/lib/stepwright');
    const patch = await box.diff();
    expect(patch).toContain('deleted file mode 100644\nindex');
    expect(patch.match(/^deleted file/gm)).toHaveLength(7);
  });
});

test('an image without a repository has no patch, and says so', async () => {
  await using bare = await sandboxes.backend.open({ image: 'stepwright/base:1' });
  await expect(bare.diff()).rejects.toThrow('stepwright/base:1 has no repository at /testbed');
});
