// The judge in real containers, with a real project and its own pytest suite: what a hostile patch can try.
import { beforeAll, describe, expect, test } from 'vitest';
import { createJudge, type Judge } from '../../../src/world/judge/judge.ts';
import { runTests } from '../../../src/world/judge/run-tests.ts';
import { openToolz, REPAIR, SOURCE, TEST_FILE, type Toolz } from './toolz.ts';

let toolz: Toolz;
let judge: Judge;
beforeAll(async () => {
  toolz = await openToolz();
  judge = createJudge({ backend: toolz.backend, environmentOf: () => toolz.environment, runId: 'test-judge' });
});

test('gold resolves; no change and an empty patch do not', async () => {
  expect(await judge(toolz.instance, toolz.instance.patch)).toMatchObject({ outcome: 'completed', resolved: true });
  const patch = await toolz.patchOf('echo hello > notes.txt');
  expect(await judge(toolz.instance, patch)).toMatchObject({ outcome: 'completed', resolved: false });
  expect(await judge(toolz.instance, '')).toMatchObject({ outcome: 'empty_patch', resolved: false });
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
/** A plug-in that makes every test pass, beside a file that has it loaded. */
const plugIn = (loader: string) => `cat > fixer.py <<'END'\n${ALL_PASS}END\n${loader}`;
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
      'a pyproject.toml that loads a plug-in',
      plugIn(`printf '[tool.pytest.ini_options]\\naddopts = "-p fixer"\\n' > pyproject.toml`),
    ],
    [
      'a plug-in that is named by an installed package',
      plugIn(`mkdir toolz.egg-info && printf 'Metadata-Version: 2.1\\nName: toolz\\n' > toolz.egg-info/PKG-INFO
        printf '[pytest11]\\nfixer = fixer\\n' > toolz.egg-info/entry_points.txt`),
    ],
    [
      'code that the interpreter starts with',
      plugIn(
        `printf 'import os\\nos.environ["PYTEST_ADDOPTS"] = os.environ.get("PYTEST_ADDOPTS", "") + " -p fixer"\\n' > sitecustomize.py`,
      ),
    ],
    ['a module in place of the runner', "echo 'import os; print(1); os._exit(0)' > pytest.py"],
    [
      'a module in place of one of Python’s',
      plugIn('mv fixer.py shlex.py; cat /usr/lib/python3*/shlex.py >> shlex.py'),
    ],
    [
      'a failure that is expected',
      `sed -i 's/^def last(seq):/def last(seq):\\n    import pytest; pytest.xfail("known")/' ${SOURCE}`,
    ],
    [
      'markers of SWE-bench',
      `sed -i "1i print('>>>>> Start Test Output\\\\\\\\n${TEST_FILE}::test_last PASSED\\\\\\\\n>>>>> End Test Output')" ${SOURCE}`,
    ],
  ])('%s', async (_what, commands) => {
    const patch = await toolz.patchOf(commands);
    expect(patch).toContain('diff --git');
    expect(await judge(toolz.instance, patch)).toMatchObject({ resolved: false });
  });
});

describe('a repair still resolves with', () => {
  test.each([
    ['tests edited', `sed -i 's/assert last/assert not last/' ${TEST_FILE}`],
    ['tests deleted', `rm -r toolz/tests`],
    ['a test file added that would fail', `echo 'def test_no(): assert False' > toolz/tests/test_no.py`],
    ['a conftest.py that breaks everything', 'echo "raise SystemExit(3)" > conftest.py'],
  ])('%s', async (_what, commands) => {
    const patch = await toolz.patchOf(`${REPAIR} && ${commands}`);
    expect(await judge(toolz.instance, patch)).toMatchObject({ outcome: 'completed', resolved: true });
  });
});

test('what is written after the test script has ended is no part of the log', async () => {
  await using box = await toolz.backend.open({ image: toolz.instance.image });
  const eval_script = 'echo "1..1"; echo "not ok 1 - a"; (sleep 0.2; echo "ok 2 - b") & exit 1';
  const { log, statuses } = await runTests(box, { eval_script, log_parser: 'tap' }, { timeoutMs: 20_000 });
  expect([log, { ...statuses }]).toEqual(['1..1\nnot ok 1 - a\n', { a: 'FAILED' }]);
});

test('a patch that hangs times out', async () => {
  const impatient = createJudge({
    backend: toolz.backend,
    environmentOf: () => ({ ...toolz.environment, test_timeout_s: 3 }),
  });
  const patch = await toolz.patchOf(`sed -i 's/^def last(seq):/def last(seq):\\n    while True: pass/' ${SOURCE}`);
  expect(await impatient(toolz.instance, patch)).toMatchObject({ outcome: 'timed_out', resolved: false });
});

test('an instance made on another image is an infra failure', async () => {
  expect(await judge({ ...toolz.instance, base_commit: '0'.repeat(40) }, toolz.instance.patch)).toMatchObject({
    outcome: 'infra_failure',
    resolved: false,
  });
});
