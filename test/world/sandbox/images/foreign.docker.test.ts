// Images that others make, in the layouts of SWE-bench (history up to the base, a set-up commit on it) and SWE-smith (one commit, a branch an
// instance): opened by name, with nothing in them that tells the future.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SandboxError } from '../../../../src/core/schema/errors.ts';
import { reap } from '../../../../src/world/sandbox/container/reaper.ts';
import { createDockerBackend } from '../../../../src/world/sandbox/docker.ts';
import { BASE_IMAGE } from '../../../../src/world/sandbox/images/base-image.ts';
import type { SandboxBackend } from '../../../../src/world/sandbox/sandbox.ts';
import { sweBenchImage, sweSmithImage } from '../../../../src/world/task/image-names.ts';
import { type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

const GIT = 'git -c user.name=t -c user.email=t@t';
const at = (day: number) => `GIT_AUTHOR_DATE=2020-01-0${day}T00:00:00Z GIT_COMMITTER_DATE=2020-01-0${day}T00:00:00Z`;

/** Commits of 1 and 2 January; the base is the second. */
const UPSTREAM = `mkdir -p /testbed && cd /testbed && git init -q -b main && echo '*.log' > .gitignore
echo 'answer = 0' > app.py && git add -A && ${at(1)} ${GIT} commit -qm first && git tag v1
echo 'answer = 41' > app.py && ${at(2)} ${GIT} commit -qam second && git rev-parse HEAD > /base`;
const SET_UP = `echo built > build.cfg && git add -A && ${GIT} commit -qm SWE-bench`;
const CLEAN = `git reflog expire --expire=now --all && git gc -q --prune=now`;
/** The fix of 3 January, in every place where it was ever found. */
const FIX = `git checkout -q -b fix && echo 'answer = 42' > app.py && ${at(3)} ${GIT} commit -qam fix`;
const BACK = 'git checkout -q main';

const IMAGES = {
  clean: [UPSTREAM, SET_UP, CLEAN],
  leaky: [
    UPSTREAM,
    FIX,
    `GIT_COMMITTER_DATE=2020-01-03T00:00:00Z ${GIT} tag -a v2 -m 'the fix'`,
    'git remote add origin https://example.org/x.git && git update-ref refs/remotes/origin/main fix',
    BACK,
    `git branch -D fix && echo stray-fix | git hash-object -w --stdin && ${SET_UP}`,
  ],
  spying: [
    UPSTREAM,
    FIX,
    BACK,
    SET_UP,
    `mv "$(command -v git)" /usr/bin/git.real
cat > /usr/bin/git <<'X'
#!/bin/sh
{ ls /sys/class/net; grep CapEff /proc/self/status
  cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; } >> /var/lib/seen
exec git.real "$@"
X
chmod +x /usr/bin/git; rm -f /var/lib/seen`,
  ],
  smith: [
    UPSTREAM,
    'rm -rf .git && git init -q -b main && git add -A',
    `${GIT} commit -qm 'Initial commit' && git rev-parse HEAD > /base`,
  ],
  branches: [
    UPSTREAM,
    'rm -rf .git && git init -q -b main && git add -A',
    `${GIT} commit -qm 'Initial commit' && git checkout -q -b a__b.c0ffee12.lm_rewrite__x`,
    `echo 'answer = 13' > app.py && ${GIT} commit -qam bug && git rev-parse HEAD > /base && ${BACK}`,
  ],
};
const NAMES = {
  clean: sweBenchImage('a__b-1', { namespace: 'stepwright-test' }),
  leaky: sweBenchImage('a__b-2', { namespace: 'stepwright-test' }),
  spying: sweBenchImage('a__b-3', { namespace: 'stepwright-test' }),
  smith: sweSmithImage('swesmith/a__b.c0ffee12', { namespace: 'stepwright-test' }),
  branches: sweSmithImage('swesmith/a__b.c0ffee13', { namespace: 'stepwright-test' }),
};
type Name = keyof typeof IMAGES;

let sandboxes: TestSandboxes;
let backend: SandboxBackend;
const warned: string[] = [];
const bases = {} as Record<Name, string>;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  backend = createDockerBackend(sandboxes.docker, (event) => 'text' in event && warned.push(event.text ?? ''));
  for (const name of Object.keys(IMAGES) as Name[]) {
    await using box = await backend.open({ image: BASE_IMAGE });
    expect(await box.exec(`set -e\n${IMAGES[name].join('\n')}`, { cwd: '/' })).toMatchObject({ exitCode: 0 });
    bases[name] = (await box.readFile('/base')).toString().trim();
    const [repo, tag] = NAMES[name].split(':');
    await sandboxes.docker.getContainer(box.id).commit({ repo, tag });
  }
});
afterAll(async () => {
  const tags = (await sandboxes.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  for (const tag of tags.filter((name) => /^stepwright(-test|\/clean)/.test(name)))
    await sandboxes.docker.getImage(tag).remove();
});

const EVERYTHING =
  'git cat-file --batch-all-objects --batch; git reflog; git for-each-ref; cat .git/logs/HEAD .git/*_HEAD; git remote';

describe('SWE-bench', () => {
  test('a clean image keeps its past and its base commit, and is opened as it is', async () => {
    await using box = await backend.open({ image: NAMES.clean, baseCommit: bases.clean });
    expect((await box.exec(`git log --format=%s; git tag; git show ${bases.clean}:app.py`)).output).toBe(
      'SWE-bench\nsecond\nfirst\nv1\nanswer = 41\n',
    );
    const { Image } = await sandboxes.docker.getContainer(box.id).inspect();
    expect(Image).toBe((await sandboxes.docker.getImage(NAMES.clean).inspect()).Id);
    expect(warned.filter((text) => text.includes(NAMES.clean))).toEqual([]);
  });

  test('the patch of an attempt there is against the set-up commit', async () => {
    await using box = await backend.open({ image: NAMES.clean, baseCommit: bases.clean });
    await box.exec("sed -i 's/41/42/' app.py; echo x > noise.log; rm -rf .git");
    const patch = await box.diff();
    expect(patch.match(/^diff --git.*$/gm)).toEqual(['diff --git a/app.py b/app.py']);
    expect(patch).toContain('-answer = 41\n+answer = 42');
  });

  test('an image that tells the future is cleaned before it is opened, once', async () => {
    await using box = await backend.open({ image: NAMES.leaky, baseCommit: bases.leaky });
    const found = await box.exec(EVERYTHING);
    expect(found.output).toContain('answer = 41');
    expect(found.output).not.toMatch(/answer = 42|stray-fix|the fix|origin/);
    expect((await box.exec(`git log --format=%s; git tag; git status --short`)).output).toBe(
      'SWE-bench\nsecond\nfirst\nv1\n',
    );
    expect(await box.diff()).toBe('');
    const said = () => warned.filter((text) => text.includes(NAMES.leaky));
    expect(said()).toHaveLength(1);
    await using again = await createDockerBackend(
      sandboxes.docker,
      (event) => 'text' in event && warned.push(event.text ?? ''),
    ).open({
      image: NAMES.leaky,
      baseCommit: bases.leaky,
    });
    expect((await again.exec(EVERYTHING)).output).not.toContain('answer = 42');
    expect(said()).toHaveLength(1);
  });

  test('an image is cleaned by its own programs without network and capabilities, and within limits', async () => {
    await using box = await backend.open({ image: NAMES.spying, baseCommit: bases.spying });
    expect((await box.exec(EVERYTHING)).output).not.toContain('answer = 42');
    const seen = new Set((await box.readFile('/var/lib/seen')).toString().trim().split('\n'));
    expect([...seen].sort()).toEqual(['2147483648', 'CapEff:\t0000000000000000', 'lo']);
  });

  test('a cleaned image is no run’s: neither the reaper nor a run’s end takes it away', async () => {
    await (await backend.open({ image: NAMES.leaky, baseCommit: bases.leaky })).dispose();
    const clean = (await sandboxes.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    await reap(sandboxes.docker);
    const left = (await sandboxes.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    const cleaned = (tags: string[]) => tags.filter((tag) => tag.startsWith('stepwright/clean')).sort();
    expect(cleaned(left)).toEqual(cleaned(clean));
    expect(cleaned(left)).not.toEqual([]);
  });

  test('an image at another commit is a SandboxError that names both', async () => {
    const opened = backend.open({ image: NAMES.smith, baseCommit: bases.clean });
    await expect(opened).rejects.toBeInstanceOf(SandboxError);
  });
});

describe('SWE-smith', () => {
  const BUG = '--- a/app.py\n+++ b/app.py\n@@ -1 +1 @@\n-answer = 41\n+answer = 13\n';

  test.each([
    ['a bug as a patch', 'smith', 'f'.repeat(40)],
    ['a bug as the branch of the instance', 'branches', undefined],
  ] as const)('%s: one commit, from which the fix cannot be read', async (_, name, commit) => {
    await using box = await backend.open({ image: NAMES[name], bugPatch: BUG, baseCommit: commit ?? bases[name] });
    expect((await box.exec('cat app.py; git rev-list --all --count; git status --short; git branch')).output).toMatch(
      /^answer = 13\n1\n(\* .*\n)?$/,
    );
    expect((await box.exec(EVERYTHING)).output).not.toContain('answer = 41');
    await box.exec("sed -i 's/13/41/' app.py");
    expect(await box.diff()).toContain('-answer = 13\n+answer = 41');
  });
});
