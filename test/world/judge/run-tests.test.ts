import { afterEach, describe, expect, test } from 'vitest';
import { runTests } from '../../../src/world/judge/run-tests.ts';
import { type LocalSandbox, openLocalSandbox } from '../../support/local-sandbox.ts';

const boxes: LocalSandbox[] = [];
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.dispose();
});

async function run(
  eval_script: string,
  options: { log_parser?: string; files?: Record<string, string>; timeoutMs?: number } = {},
) {
  const box = await openLocalSandbox(options.files ?? { 'a.txt': 'a\n' });
  boxes.push(box);
  return runTests(
    box,
    { eval_script, log_parser: options.log_parser ?? 'tap' },
    { timeoutMs: options.timeoutMs ?? 20_000 },
  );
}

const PASSING = 'printf "1..2\\nok 1 - adds\\nok 2 - subtracts\\n"';

describe('a run', () => {
  test('gives the status of every test, the exit code and the log', async () => {
    const result = await run('printf "1..2\\nok 1 - adds\\nnot ok 2 - subtracts\\n"; exit 1');
    expect(result).toEqual({
      statuses: { adds: 'PASSED', subtracts: 'FAILED' },
      exitCode: 1,
      log: '1..2\nok 1 - adds\nnot ok 2 - subtracts\n',
      outcome: 'completed',
      reason: '',
    });
  });

  test('stdin is empty for the script', async () => {
    expect((await run(`cat; ${PASSING}`)).log).toBe('1..2\nok 1 - adds\nok 2 - subtracts\n');
  });

  test('a real runner: node --test', async () => {
    const files = {
      'sum.test.js': `const { test, describe } = require('node:test'); const assert = require('node:assert');
        describe('sum', () => { test('of two', () => assert.equal(1 + 1, 2)); test('of three', () => assert.equal(1, 3)); test.skip('later', () => {}); });`,
    };
    const result = await run('node --test --test-reporter=tap sum.test.js', { files });
    expect(result.outcome).toBe('completed');
    const own = Object.entries(result.statuses).filter(([id]) => id.includes('sum > '));
    expect(own.map(([id, status]) => [id.slice(id.indexOf('sum > ')), status])).toEqual([
      ['sum > of two', 'PASSED'],
      ['sum > of three', 'FAILED'],
      ['sum > later', 'SKIPPED'],
    ]);
  });
});

describe('what proves nothing is invalid', () => {
  test.each([
    ['no result at all', 'echo hello', 'the test runner was left before its end: no test result found (exit code 0)'],
    ['a crash after good results', `${PASSING}; exit 3`, 'exit code 3, yet no test failed'],
    ['fewer results than planned', 'printf "1..2\\nok 1 - adds\\n"', 'the test runner was left before its end'],
    ['no plan', 'echo "ok 1 - adds"', 'the test runner was left before its end'],
    ['a script that kills its shell', 'kill -9 $$', 'the test script never reached its end'],
  ])('%s', async (_what, script, reason) => {
    expect(await run(script)).toMatchObject({ outcome: 'invalid_log', reason });
  });

  test('a run that takes too long, with what it wrote until then', async () => {
    const result = await run(`${PASSING}; sleep 30`, { timeoutMs: 700 });
    expect(result).toMatchObject({ outcome: 'timed_out', reason: 'tests ran longer than 0.7 s', statuses: {} });
    expect(result.log).toContain('ok 2 - subtracts');
  });

  test('a runner that is asked for a report and leaves none', async () => {
    expect(await run('echo "PASSED tests/a.py::test_a"', { log_parser: 'pytest' })).toMatchObject({
      outcome: 'invalid_log',
      reason: 'the test runner left no report',
    });
  });

  test('a report that is too large', async () => {
    const script = 'head -c 8388609 /dev/zero | tr "\\0" " " > "$STEPWRIGHT_REPORT"';
    expect(await run(script, { log_parser: 'junit' })).toMatchObject({
      outcome: 'invalid_log',
      reason: 'the test report has more than 8 MiB',
    });
  });

  test('half a report', async () => {
    const script = `echo '<testsuites><testsuite><testcase classname="a" name="b"/>' > "$STEPWRIGHT_REPORT"`;
    expect(await run(script, { log_parser: 'junit' })).toMatchObject({ outcome: 'invalid_log' });
  });
});

describe('a failed test that is not the instance’s', () => {
  const script = {
    eval_script: 'printf "1..2\\nok 1 - adds\\nnot ok 2 - made up\\n"; exit 1',
    log_parser: 'tap',
    FAIL_TO_PASS: ['adds'],
    PASS_TO_PASS: [],
  };
  test.each([
    ['strict', 'invalid_log', "exit code 1, yet none of the instance's tests failed, but made up"],
    ['swebench', 'completed', ''],
  ] as const)('grading %s: %s', async (grading, outcome, reason) => {
    const box = await openLocalSandbox({ 'a.txt': 'a' });
    boxes.push(box);
    expect(await runTests(box, script, { timeoutMs: 20_000, grading })).toMatchObject({ outcome, reason });
  });

  test('explains the exit code where it is known to fail with the gold patch too', async () => {
    const box = await openLocalSandbox({ 'a.txt': 'a' });
    boxes.push(box);
    const known = { ...script, FAIL_TO_FAIL: ['made up'] };
    expect(await runTests(box, known, { timeoutMs: 20_000, grading: 'strict' })).toMatchObject({
      outcome: 'completed',
    });
  });

  test('a pipe does not hide the exit code of what writes into it', async () => {
    expect(await run('{ printf "1..1\\nok 1 - adds\\n"; exit 3; } | cat')).toMatchObject({
      exitCode: 3,
      outcome: 'invalid_log',
    });
  });
});

test.each([
  ['whole', 'test_a (t.T.test_a) ... ok\n\n---\nRan 1 test in 0.1s\n\nOK\n', true],
  ['cut', 'test_a (t.T.test_a) ... ok\n', false],
])('a unittest log that is %s is %s', async (_what, log, valid) => {
  const result = await run(`cat <<'END'\n${log}END`, { log_parser: 'unittest' });
  expect(result.outcome === 'completed').toBe(valid);
});

describe('forgery', () => {
  test('a good line for a test that failed does not win, before or after', async () => {
    const result = await run('echo "ok 1 - adds"; echo "not ok 1 - adds"; echo "ok 1 - adds"; exit 1');
    expect(result.statuses).toEqual({ adds: 'FAILED' });
  });

  test('printed results count for nothing where the runner writes a report', async () => {
    const report = `<testsuites><testsuite><testcase classname="tests.a" name="test_a"><failure message="no"/></testcase></testsuite></testsuites>`;
    const script = `echo 'PASSED tests/a.py::test_a'; echo 'PASSED tests/a.py::test_b'; echo '${report}' > "$STEPWRIGHT_REPORT"; exit 1`;
    expect((await run(script, { log_parser: 'pytest' })).statuses).toEqual({ 'tests/a.py::test_a': 'FAILED' });
  });
});
