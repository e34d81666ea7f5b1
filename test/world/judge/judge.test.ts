// The judge with real git, real tests (node --test) and a sandbox that is a temporary folder; test/world/judge/judge.docker.test.ts has the
// same with containers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { environmentSchema } from '../../../src/core/schema/environment.ts';
import { SandboxError } from '../../../src/core/schema/errors.ts';
import { type Instance, instanceSchema } from '../../../src/core/schema/instance.ts';
import { createJudge, type JudgeOptions } from '../../../src/world/judge/judge.ts';
import type { SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { openLocalSandbox } from '../../support/local-sandbox.ts';
import { temporaryFolder } from '../../support/temp.ts';

const FILES = {
  'add.js': 'exports.add = (a, b) => a - b;\nexports.zero = () => 0;\n',
  'test/add.test.js': `const { test } = require('node:test');
const assert = require('node:assert');
const { add, zero } = require('../add.js');
test('adds', () => assert.equal(add(2, 2), 4));
test('zero', () => assert.equal(zero(), 0));
`,
};
const replace = (path: string, before: string, after: string) =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,1 +1,1 @@\n-${before}\n+${after}\n`;
const GOLD = replace('add.js', 'exports.add = (a, b) => a - b;', 'exports.add = (a, b) => a + b;');
const added = (path: string, content: string) =>
  `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,1 @@\n+${content}\n`;

const instance = instanceSchema.parse({
  instance_id: 'toy__1',
  repo: 'ours/toy',
  version: '1',
  base_commit: 'b',
  environment: 'toy',
  image: 'toy',
  problem_statement: 'add(2, 2) is 0',
  patch: GOLD,
  FAIL_TO_PASS: ['adds'],
  PASS_TO_PASS: ['zero'],
  eval_script: 'node --test --test-reporter=tap --test-reporter-destination="$STEPWRIGHT_REPORT" test/*.js',
  log_parser: 'tap',
  split: 'heldout',
}) as Instance;

const environment = environmentSchema.parse({
  name: 'toy',
  repo: 'ours/toy',
  version: '1',
  language: 'javascript',
  source: { registry: 'local', package: 'toy' },
  licence: 'MIT',
  test_command: '',
  test_files_command: '',
  test_paths: ['test', 'absent.cfg'],
  log_parser: 'tap',
  test_timeout_s: 20,
  source_globs: ['*.js'],
});

/** Opens temporary folders and counts them; the first `broken` openings fail. */
function createBackend(broken = 0): SandboxBackend & { opened: number } {
  return {
    name: 'local',
    opened: 0,
    async open() {
      this.opened += 1;
      if (this.opened <= broken) throw new SandboxError('Cannot reach the engine.');
      return openLocalSandbox(FILES);
    },
  };
}

const judgeWith = (options: Partial<JudgeOptions> & { backend: SandboxBackend }) =>
  createJudge({ environmentOf: () => environment, ...options });

const judge = (patch: string | null, changed: Partial<Instance> = {}) =>
  judgeWith({ backend: createBackend() })({ ...instance, ...changed }, patch);

describe('a verdict', () => {
  test('the gold patch resolves', async () => {
    expect(await judge(GOLD)).toMatchObject({
      instance_id: 'toy__1',
      outcome: 'completed',
      resolved: true,
      reason: '',
      tests_status: {
        FAIL_TO_PASS: { success: ['adds'], failure: [] },
        PASS_TO_PASS: { success: ['zero'], failure: [] },
      },
    });
  });

  test('a patch that changes nothing of the bug does not', async () => {
    const verdict = await judge(added('notes.txt', 'hello'));
    expect(verdict).toMatchObject({ outcome: 'completed', resolved: false });
    expect(verdict.tests_status?.FAIL_TO_PASS.failure).toEqual(['adds']);
  });

  test('a repair that breaks another test does not', async () => {
    const both = replace(
      'add.js',
      'exports.add = (a, b) => a - b;',
      'exports.add = (a, b) => a + b; exports.zero = () => 1;',
    );
    const broken = `${both.replace('@@ -1,1 +1,1 @@', '@@ -1,2 +1,1 @@')}-exports.zero = () => 0;\n`;
    expect((await judge(broken)).tests_status?.PASS_TO_PASS.failure).toEqual(['zero']);
  });

  test.each([[null], [''], [' \n']])('%j is an empty patch; no sandbox is opened', async (patch) => {
    const backend = createBackend();
    expect(await judgeWith({ backend })(instance, patch)).toMatchObject({ outcome: 'empty_patch', resolved: false });
    expect(backend.opened).toBe(0);
  });

  test('a patch that does not apply is told apart', async () => {
    expect(await judge(GOLD.replace('a - b', 'a * b'))).toMatchObject({ outcome: 'patch_failed', resolved: false });
  });

  test('a patch that never ends is told apart, and says after how long', async () => {
    const verdict = await createJudge({
      backend: createBackend(),
      environmentOf: () => ({ ...environment, test_timeout_s: 1 }),
    })(instance, added('index.js', '') + GOLD.replace('a + b', '{ for (;;); }'));
    expect(verdict).toMatchObject({ outcome: 'timed_out', resolved: false, reason: 'tests ran longer than 1 s' });
  });
});

describe('what the patch does to the tests is undone', () => {
  test.each([
    [
      'edited',
      replace(
        'test/add.test.js',
        "const { test } = require('node:test');",
        "const { test } = require('node:test'); process.exit(0);",
      ),
    ],
    [
      'deleted',
      `diff --git a/test/add.test.js b/test/add.test.js\ndeleted file mode 100644\n--- a/test/add.test.js\n+++ /dev/null\n@@ -1,5 +0,0 @@\n${FILES['test/add.test.js'].replace(/^(?=.)/gm, '-')}`,
    ],
    ['joined by another', added('test/extra.test.js', "require('node:test').test('adds', () => {});")],
    ['joined by a runner file', added('.mocharc.json', '{}')],
  ])('tests that were %s are those of the base commit', async (_what, meddling) => {
    expect(await judge(meddling)).toMatchObject({ outcome: 'completed', resolved: false });
    expect(await judge(GOLD + meddling)).toMatchObject({ outcome: 'completed', resolved: true });
  });

  test('a new file where the test patch puts one gives way', async () => {
    const test_patch = added(
      'spec/more.js',
      "require('node:test').test('more', () => require('assert').equal(require('../add.js').add(1, 2), 3));",
    );
    const changed = { test_patch, FAIL_TO_PASS: ['adds', 'more'], eval_script: `${instance.eval_script} spec/*.js` };
    expect(await judge(GOLD + added('spec/more.js', 'collides'), changed)).toMatchObject({ resolved: true });
    expect(await judge(added('spec/more.js', 'collides'), changed)).toMatchObject({
      outcome: 'completed',
      resolved: false,
    });
  });

  test.each([
    ['printed results', "console.log('ok 1 - adds\\nok 2 - zero')"],
    ['printed results and an early exit', "console.log('ok 1 - adds\\nok 2 - zero'); process.exit(0)"],
    ['an early exit', 'process.exit(0)'],
  ])('%s resolve nothing', async (_what, trick) => {
    const forged = GOLD.replace('=> a + b;', `=> a - b; ${trick};`);
    expect(await judge(forged)).toMatchObject({ resolved: false });
  });
});

describe('infrastructure', () => {
  test('a sandbox that breaks once gets a second try', async () => {
    const backend = createBackend(1);
    expect(await judgeWith({ backend })(instance, GOLD)).toMatchObject({ outcome: 'completed', resolved: true });
    expect(backend.opened).toBe(2);
  });

  test('one that breaks twice is an infra failure, not a failed patch, and is not cached', async () => {
    const cacheDir = temporaryFolder();
    const broken = judgeWith({ backend: createBackend(2), cacheDir });
    expect(await broken(instance, GOLD)).toMatchObject({
      outcome: 'infra_failure',
      resolved: false,
      reason: 'Cannot reach the engine.',
    });
    expect(await broken(instance, GOLD)).toMatchObject({ outcome: 'completed', resolved: true });
  });

  test('a test patch that git alone cannot apply leaves the patch as it is', async () => {
    const fuzzy = `--- a/test/add.test.js
+++ b/test/add.test.js
@@ -3,3 +3,4 @@
 const { add, zero } = require('../add.js');
 test('adds up', () => assert.equal(add(2, 2), 4));
 test('zero', () => assert.equal(zero(), 0));
+test('more', () => assert.equal(add(1, 2), 3));
`;
    const changed = { test_patch: fuzzy, FAIL_TO_PASS: ['adds', 'more'] };
    expect(await judge(GOLD, changed)).toMatchObject({ outcome: 'completed', resolved: true });
  });

  test('a test patch that does not apply is nobody’s solution', async () => {
    const verdict = await judge(GOLD, { test_patch: replace('test/add.test.js', 'nothing', 'something') });
    expect(verdict.outcome).toBe('infra_failure');
    expect(verdict.reason).toContain('test_patch does not apply');
  });

  test('an interrupt is thrown, not graded', async () => {
    const controller = new AbortController();
    controller.abort(new DOMException('interrupted', 'AbortError'));
    const backend: SandboxBackend = { name: 'stopping', open: async () => controller.signal.throwIfAborted() as never };
    await expect(judgeWith({ backend, signal: controller.signal })(instance, GOLD)).rejects.toThrow('interrupted');
  });
});

describe('whatever else goes wrong is one instance’s', () => {
  test('an environment that cannot be loaded', async () => {
    const environmentOf = () => Promise.reject(new TypeError('no such environment'));
    expect(await judgeWith({ backend: createBackend(), environmentOf })(instance, GOLD)).toMatchObject({
      outcome: 'infra_failure',
      reason: 'no such environment',
    });
  });

  test('a parser that nobody knows', async () => {
    expect(await judge(GOLD, { log_parser: 'constructor' })).toMatchObject({
      outcome: 'infra_failure',
      reason: expect.stringContaining('Unknown log_parser "constructor"'),
    });
  });

  test('a cache that cannot be written', async () => {
    const cacheDir = join(temporaryFolder(), 'file');
    writeFileSync(cacheDir, '');
    expect(await judgeWith({ backend: createBackend(), cacheDir })(instance, GOLD)).toMatchObject({ resolved: true });
  });
});

describe('a patch that leaves the tests no place is a failed patch', () => {
  const fileForFolder = `diff --git a/test b/test
new file mode 100644
--- /dev/null
+++ b/test
@@ -0,0 +1 @@
+x
diff --git a/test/add.test.js b/test/add.test.js
deleted file mode 100644
--- a/test/add.test.js
+++ /dev/null
@@ -1,5 +0,0 @@
${FILES['test/add.test.js'].replace(/^(?=.)/gm, '-')}`;

  test('where the tests that were there come back', async () => {
    const nested = { ...environment, test_paths: ['test/add.test.js'] };
    const verdict = await judgeWith({ backend: createBackend(), environmentOf: () => nested })(instance, fileForFolder);
    expect(verdict).toMatchObject({ outcome: 'patch_failed', resolved: false });
    expect(verdict.reason).toContain('the patch leaves no place for the tests');
  });

  test('where a test patch would add some', async () => {
    const verdict = await judge(added('spec', 'x'), { test_patch: added('spec/more.js', '') });
    expect(verdict).toMatchObject({ outcome: 'patch_failed', resolved: false });
    expect(verdict.reason).toContain('the patch leaves no place for the tests');
  });
});

describe('the cache', () => {
  test.each([
    ['of 0 bytes', ''],
    ['that is torn', '{"instance_id": "toy'],
  ])('a file %s is a miss', async (_what, text) => {
    const cacheDir = temporaryFolder();
    const cached = judgeWith({ backend: createBackend(), cacheDir });
    const { cache_key } = await cached(instance, GOLD);
    writeFileSync(join(cacheDir, cache_key.slice(0, 2), `${cache_key}.json`), text);
    expect(await cached(instance, GOLD)).toMatchObject({ outcome: 'completed', resolved: true });
  });

  test('keeps a log that proves nothing only when a second run agrees', async () => {
    const early = { ...instance, eval_script: 'echo "ok 1 - a"' };
    const backend = createBackend();
    const cached = judgeWith({ backend, cacheDir: temporaryFolder() });
    expect(await cached(early, GOLD)).toMatchObject({ outcome: 'invalid_log' });
    await cached(early, GOLD);
    expect(backend.opened).toBe(2);
  });

  test('does not keep a log that proves nothing for another reason each time', async () => {
    const backend = createBackend();
    const cached = judgeWith({ backend, cacheDir: temporaryFolder() });
    const differing = {
      ...instance,
      eval_script: 'echo "1..1\nok 1 - a"; exit $((BASHPID % 100 + 1))',
      log_parser: 'parse_log_pytest',
    };
    const [first] = [await cached(differing, GOLD), await cached(differing, GOLD)];
    expect(first).toMatchObject({ outcome: 'invalid_log' });
    expect(backend.opened).toBe(4);
  });

  test('knows the same patch again, under any name, and no other', async () => {
    const cacheDir = temporaryFolder();
    const backend = createBackend();
    const cached = judgeWith({ backend, cacheDir });
    const first = await cached(instance, GOLD);
    expect(await cached({ ...instance, instance_id: 'same-bug' }, GOLD)).toEqual({ ...first, instance_id: 'same-bug' });
    expect(backend.opened).toBe(1);
    for (const changed of [
      { image: 'other' },
      { bug_patch: 'x' },
      { PASS_TO_PASS: [] },
      { eval_script: `${instance.eval_script} ` },
    ])
      await cached({ ...instance, ...changed }, GOLD);
    await cached(instance, `${GOLD}\n`);
    expect(backend.opened).toBe(6);
    await judgeWith({ backend, cacheDir, digests: new Map([['toy', 'sha256:rebuilt']]) })(instance, GOLD);
    expect(backend.opened).toBe(7);
  });

  test('the test log is handed over', async () => {
    const logs: string[] = [];
    const eval_script = `echo hello; ${instance.eval_script}`;
    await judgeWith({ backend: createBackend(), onLog: (_, log) => void logs.push(log) })(
      { ...instance, eval_script },
      GOLD,
    );
    expect(logs).toEqual([expect.stringContaining('hello')]);
  });
});

test('sandboxes are gone afterwards', async () => {
  const opened: string[] = [];
  const backend: SandboxBackend = {
    name: 'watched',
    async open() {
      const box = await openLocalSandbox(FILES);
      onTestFinished(() => box.dispose());
      opened.push(box.dir);
      return box;
    },
  };
  await judgeWith({ backend })(instance, GOLD);
  const { existsSync } = await import('node:fs');
  expect(opened.map((dir) => existsSync(dir))).toEqual([false]);
});
