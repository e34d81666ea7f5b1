// diff: what changed in the work dir, as a patch that another sandbox takes, whatever became of its repository.
import assert from 'node:assert/strict';
import type { Sandbox } from '../../sandbox.ts';
import type { ConformanceCase } from '../case.ts';

const FILES =
  'find . -path ./.git -prune -o -type f -exec sh -c \'for f do stat -c "%n %a" "$f"; md5sum < "$f"; done\' sh {} + | sort';

const RESTORE = 'find /testbed -mindepth 1 -maxdepth 1 -exec rm -rf {} + ; cp -a /tmp/base/. /testbed/';

const changes: [name: string, command: string][] = [
  ['a new file in a new folder', 'mkdir -p a/b && echo new > a/b/c.txt'],
  ['an edit', 'echo four >> $(git ls-files | tail -1)'],
  ['a deleted file', 'rm "$(git ls-files | tail -1)"'],
  ['a renamed file', 'mv "$(git ls-files | tail -1)" renamed'],
  ['a mode', 'chmod 755 "$(git ls-files | tail -1)"'],
  ['binary content', "printf '\\001\\000\\377' > binary"],
  ['an empty file, and one without an end of line', 'touch empty; printf x > short'],
  ['odd names', `echo 1 > 'a b'; echo 2 > "it's"; echo 3 > -n; echo 4 > '"q"'; echo 5 > 'ünï'`],
  [
    'files of a repository within',
    'mkdir -p sub/deep && cd sub && git init -q --template= && echo 1 > a && cd deep && git init -q --template= && echo 2 > b',
  ],
  ['what was committed meanwhile', 'echo 1 > c && git add c && git -c user.name=a -c user.email=a commit -qm c'],
];

const vandalism: [name: string, command: string][] = [
  ['no repository any more', 'rm -rf .git'],
  ['a locked index', 'touch .git/index.lock'],
  ['everything ignored', 'echo "*" > .git/info/exclude'],
  [
    'a hook',
    'printf "#!/bin/sh\\ntouch /tmp/ran" > .git/hooks/post-index-change; chmod +x .git/hooks/post-index-change',
  ],
  ['fsmonitor', 'git config core.fsmonitor "touch /tmp/ran; false"'],
  ['a filter', 'git config filter.x.clean "touch /tmp/ran; cat"; echo "* filter=x" > .git/info/attributes'],
];

export const diffCases: ConformanceCase[] = [
  {
    name: 'there is none without a repository, which is reported, and an empty one before anything changed',
    async run({ box }) {
      if ((await box.exec('[ -d .git ]')).exitCode !== 0) await assert.rejects(box.diff(), { name: 'SandboxError' });
      else assert.equal(await box.diff(), '');
    },
  },
  ...changes.map(([name, command]) =>
    inRepository(`${name} is in a patch that gives the same files`, async (box) => {
      assert.deepEqual(await outcome(box, command), ['', 0]);
      const patch = await box.diff();
      assert.notEqual(patch, '');
      await box.exec('rm -rf sub/.git sub/deep/.git');
      const { output: files } = await box.exec(FILES);
      await box.exec(RESTORE, { cwd: '/' });
      assert.deepEqual(await outcome(box, 'git apply --whitespace=nowarn -', patch), ['', 0]);
      assert.equal((await box.exec(FILES)).output, files);
    }),
  ),
  ...vandalism.map(([name, command]) =>
    inRepository(`${name}: it neither runs nor lies`, async (box) => {
      await box.exec(`mkdir -p .git/hooks .git/info; echo new > new.txt; ${command}; rm -f /tmp/ran`);
      assert.match(await box.diff(), /^diff --git a\/new\.txt b\/new\.txt\nnew file mode 100644\n[\s\S]*\+new\n$/);
      assert.equal((await box.exec('ls /tmp/ran 2>/dev/null')).output, '');
    }),
  ),
  inRepository('ignored files stay out', async (box) => {
    await box.exec('echo "*.left-out" > .gitignore; echo x > a.left-out');
    assert.doesNotMatch(await box.diff(), /a\.left-out/);
  }),
  inRepository('asking changes nothing', async (box) => {
    await box.exec('echo new > new.txt');
    const first = await box.diff();
    assert.equal(await box.diff(), first);
    assert.equal((await box.exec('git status --short')).output, '?? new.txt\n');
  }),
  inRepository("a fork's tells all since the first was opened", async (box) => {
    await box.exec('echo before > before.txt');
    await using fork = await box.fork();
    await fork.exec('echo after > after.txt');
    assert.match(await fork.diff(), /after\.txt[\s\S]*before\.txt/);
  }),
];

/** The work dir is as it was before and after it. */
function inRepository(name: string, run: (box: Sandbox) => Promise<void>): ConformanceCase {
  return {
    name,
    needs: ['repository'],
    async run({ box }) {
      await box.exec('[ -d /tmp/base ] || cp -a /testbed /tmp/base');
      await run(box);
      await box.exec(RESTORE, { cwd: '/' });
    },
  };
}

async function outcome(box: Sandbox, command: string, stdin = ''): Promise<[output: string, exitCode: number]> {
  const { output, exitCode } = await box.exec(command, { stdin });
  return [output, exitCode];
}
