// The judge in real containers, with a real project and its own pytest suite: what a hostile patch can try.
import { beforeAll, describe, expect, test } from 'vitest';
import { silent } from '../../src/run/events.ts';
import { openBackend } from '../../src/sandbox/backend.ts';
import { ensureImages } from '../../src/sandbox/images.ts';
import type { SandboxBackend } from '../../src/sandbox/sandbox.ts';
import { type Environment, imageOf } from '../../src/schema/environment.ts';
import { type Instance, instanceSchema } from '../../src/schema/instance.ts';
import { createJudge, type Judge } from '../../src/score/judge.ts';
import { loadEnvironment } from '../../src/task/environments.ts';

const TEST_FILE = 'toolz/tests/test_itertoolz.py';
const SOURCE = 'toolz/itertoolz.py';

let backend: SandboxBackend;
let environment: Environment;
let instance: Instance;
let judge: Judge;

/** The patch of a change, made by commands in a sandbox of the buggy (or, without a bug, the clean) project. */
async function patchOf(commands: string, bugPatch = instance.bug_patch): Promise<{ patch: string; commit: string }> {
  await using box = await backend.open({ image: imageOf(environment), bugPatch });
  const commit = (await box.exec('git rev-parse HEAD')).output.trim();
  const { exitCode, output } = await box.exec(commands);
  if (exitCode !== 0) throw new Error(output);
  return { patch: await box.diff(), commit };
}

const BREAK = `grep -q 'return tail(1, seq)' ${SOURCE} && sed -i 's/return tail(1, seq)/return tail(2, seq)/' ${SOURCE}`;
const REPAIR = `sed -i 's/return tail(2, seq)/return tail(1, seq)/' ${SOURCE}`;

beforeAll(async () => {
  environment = await loadEnvironment('toolz');
  await ensureImages([environment], { emit: silent });
  backend = await openBackend();
  const bug_patch = (await patchOf(BREAK, '')).patch;
  const { patch, commit } = await patchOf(REPAIR, bug_patch);
  instance = instanceSchema.parse({
    instance_id: 'toolz__last',
    repo: environment.repo,
    version: environment.version,
    base_commit: commit,
    environment: 'toolz',
    image: imageOf(environment),
    problem_statement: 'last() gives the one before.',
    patch,
    bug_patch,
    FAIL_TO_PASS: [`${TEST_FILE}::test_last`],
    PASS_TO_PASS: [`${TEST_FILE}::test_first`, `${TEST_FILE}::test_nth`],
    eval_script: `cd /testbed\n${environment.test_files_command.replace('{files}', TEST_FILE)}\n`,
    log_parser: environment.log_parser,
    split: 'heldout',
  });
  judge = createJudge({ backend, environmentOf: () => environment, runId: 'test-judge' });
});

test('gold resolves; no change and an empty patch do not', async () => {
  expect(await judge(instance, instance.patch)).toMatchObject({ outcome: 'completed', resolved: true });
  const { patch } = await patchOf('echo hello > notes.txt');
  expect(await judge(instance, patch)).toMatchObject({ outcome: 'completed', resolved: false });
  expect(await judge(instance, '')).toMatchObject({ outcome: 'empty_patch', resolved: false });
});

const PRINT = `print('PASSED ${TEST_FILE}::test_last')`;
const ALL_PASS = `import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.outcome = 'passed'
    report.longrepr = None
`;
const conftest = (folder: string) => `cat > ${folder}conftest.py <<'END'\n${ALL_PASS}END`;

describe('none of these resolves', () => {
  test.each([
    [
      'printing good results while the tests run',
      `sed -i "s|^def last(seq):|def last(seq):\\n    ${PRINT}|" ${SOURCE}`,
    ],
    ['printing them when the runner ends', `sed -i "1i import atexit\\natexit.register(lambda: ${PRINT})" ${SOURCE}`],
    [
      'printing them and leaving at once',
      `sed -i "1i import os, sys\\n${PRINT}\\nsys.stdout.flush()\\nos._exit(0)" ${SOURCE}`,
    ],
    ['writing the test so that it passes', `sed -i 's/assert last/assert True or last/' ${TEST_FILE}`],
    ['deleting the test', `rm ${TEST_FILE}`],
    ['a conftest.py at the root', conftest('')],
    ['a conftest.py among the tests', conftest('toolz/tests/')],
    ['a conftest.py in the package', conftest('toolz/')],
    ['a pytest.ini that deselects', `printf '[pytest]\\naddopts = --deselect ${TEST_FILE}::test_last\\n' > pytest.ini`],
    [
      'markers of SWE-bench',
      `sed -i "1i print('>>>>> Start Test Output\\\\\\\\n${TEST_FILE}::test_last PASSED\\\\\\\\n>>>>> End Test Output')" ${SOURCE}`,
    ],
  ])('%s', async (_what, commands) => {
    const { patch } = await patchOf(commands);
    expect(patch).toContain('diff --git');
    expect(await judge(instance, patch)).toMatchObject({ resolved: false });
  });
});

describe('a repair still resolves with', () => {
  test.each([
    ['tests edited', `sed -i 's/assert last/assert not last/' ${TEST_FILE}`],
    ['tests deleted', `rm -r toolz/tests`],
    ['a test file added that would fail', `echo 'def test_no(): assert False' > toolz/tests/test_no.py`],
    ['a conftest.py that breaks everything', 'echo "raise SystemExit(3)" > conftest.py'],
  ])('%s', async (_what, commands) => {
    const { patch } = await patchOf(`${REPAIR} && ${commands}`);
    expect(await judge(instance, patch)).toMatchObject({ outcome: 'completed', resolved: true });
  });
});

test('a patch that hangs times out', async () => {
  const impatient = createJudge({ backend, environmentOf: () => ({ ...environment, test_timeout_s: 3 }) });
  const { patch } = await patchOf(`sed -i 's/^def last(seq):/def last(seq):\\n    while True: pass/' ${SOURCE}`);
  expect(await impatient(instance, patch)).toMatchObject({ outcome: 'timed_out', resolved: false });
});

test('an instance made on another image is an infra failure', async () => {
  expect(await judge({ ...instance, base_commit: '0'.repeat(40) }, instance.patch)).toMatchObject({
    outcome: 'infra_failure',
    resolved: false,
  });
});
