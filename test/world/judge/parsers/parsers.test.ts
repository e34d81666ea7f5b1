import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gradeTests } from '../../../../src/world/judge/grading.ts';
import { parseJunit, parseTestCases } from '../../../../src/world/judge/parsers/junit.ts';
import { parsePytest, parsePytestLog, parsePytestVerboseLog } from '../../../../src/world/judge/parsers/pytest.ts';
import { findParser, parsers } from '../../../../src/world/judge/parsers/registry.ts';
import type { ParsedLog } from '../../../../src/world/judge/parsers/status.ts';
import { parseTap } from '../../../../src/world/judge/parsers/tap.ts';
import { parseUnittest } from '../../../../src/world/judge/parsers/unittest.ts';

const statusesIn = ({ statuses }: ParsedLog) => Object.fromEntries(statuses);

const data = '../shared/data/swe-smith';
const pydantic = `${data}/pydantic__pydantic.acb0f10f.pr_8316`;

describe.skipIf(!existsSync(data))(`real pytest logs (needs ${data})`, () => {
  test('of pydantic: every test that its report calls a success passed or failed as expected', () => {
    const { statuses } = parsePytestVerboseLog(readFileSync(`${pydantic}.test_output.txt`, 'utf8'));
    const { tests_status } = JSON.parse(readFileSync(`${pydantic}.report.json`, 'utf8'));
    const { FAIL_TO_PASS, PASS_TO_PASS } = tests_status;
    const instance = {
      FAIL_TO_PASS: FAIL_TO_PASS.success,
      PASS_TO_PASS: PASS_TO_PASS.success,
      eval_type: 'pass_and_fail' as const,
    };
    expect(instance.PASS_TO_PASS.length).toBeGreaterThan(100);
    expect(gradeTests(instance, Object.fromEntries(statuses), 'swebench')).toEqual({
      resolved: true,
      testsStatus: { FAIL_TO_PASS: { ...FAIL_TO_PASS, failure: [] }, PASS_TO_PASS: { ...PASS_TO_PASS, failure: [] } },
    });
  });

  test('of django-money: its own last line, but for the ids that hold a space, as in SWE-smith', () => {
    const log = readFileSync(`${data}/django-money.test_output.txt`, 'utf8');
    const statuses = [...parsePytestVerboseLog(log).statuses.values()];
    expect(log).toContain(' 9 failed, 420 passed, 2 skipped,');
    const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
    const withSpace = (status: string) =>
      [...log.matchAll(new RegExp(`^tests/\\S+ .*\\S.* ${status} +\\[`, 'gm'))].length;
    expect([count('FAILED'), count('PASSED') + withSpace('PASSED')]).toEqual([9, 420]);
  });
});

describe('pytest logs as SWE-bench reads them', () => {
  test.each([
    ['PASSED tests/a.py::t', { 'tests/a.py::t': 'PASSED' }],
    ['FAILED tests/a.py::t - AssertionError: 1 - 2', { 'tests/a.py::t': 'FAILED' }],
    ['ERROR tests/a.py', { 'tests/a.py': 'ERROR' }],
    ['XFAIL tests/a.py::t - later', { 'tests/a.py::t': 'XFAIL' }],
    ['SKIPPED [2] tests/a.py:3: no', {}],
    ['XPASS tests/a.py::t', {}],
    ['PASSED tests/a.py::t[a b]', { 'tests/a.py::t[a': 'PASSED' }],
    ['    PASSED tests/a.py::t', {}],
    ['PASSEDX tests/a.py::t', {}],
  ])('%j', (line, statuses) => {
    expect(statusesIn(parsePytestLog(line))).toEqual(statuses);
  });
});

describe('pytest with its own report', () => {
  const report = (...cases: string[]) => `<testsuites><testsuite>${cases.join('')}</testsuite></testsuites>\n`;
  const passed = '<testcase classname="tests.test_a.TestX" name="test_m[a - b]" file="tests/test_a.py" time="0.1" />';

  test('finds classes, parameters with spaces and dashes', () => {
    expect(statusesIn(parsePytest('PASSED tests/test_a.py::TestX::test_m[a - b]', report(passed)))).toEqual({
      'tests/test_a.py::TestX::test_m[a - b]': 'PASSED',
    });
  });

  test('finds the id in a line with a reason', () => {
    const failed = '<testcase classname="tests.test_a" name="t[a - b]"><failure message="x">y</failure></testcase>';
    const log = 'FAILED tests/test_a.py::t[a - b] - AssertionError: no - really';
    expect(statusesIn(parsePytest(log, report(failed)))).toEqual({ 'tests/test_a.py::t[a - b]': 'FAILED' });
  });

  test.each([
    ['<failure message="m">t</failure>', 'FAILED'],
    ['<error message="m">t</error>', 'ERROR'],
    ['<skipped type="pytest.xfail" message="m"/>', 'XFAIL'],
    ['<skipped type="pytest.skip" message="m">t</skipped>', 'SKIPPED'],
    ['<system-out>&lt;failure/&gt;</system-out>', 'PASSED'],
  ])('%s is %s', (body, status) => {
    const xml = report(`<testcase classname="tests.test_a" name="t">${body}</testcase>`);
    expect(statusesIn(parsePytest('tests/test_a.py::t PASSED [ 50%]', xml))).toEqual({ 'tests/test_a.py::t': status });
  });

  test('an error in teardown outweighs the pass', () => {
    const twice = [
      '<testcase classname="tests.test_a" name="t"/>',
      '<testcase classname="tests.test_a" name="t"><error/></testcase>',
    ];
    expect(statusesIn(parsePytest('PASSED tests/test_a.py::t', report(...twice)))).toEqual({
      'tests/test_a.py::t': 'ERROR',
    });
  });

  test('a file that could not be collected is an error', () => {
    const xml = report('<testcase classname="" name="tests.test_a"><error message="collection failure"/></testcase>');
    expect(statusesIn(parsePytest('ERROR tests/test_a.py - SyntaxError', xml))).toEqual({ 'tests/test_a.py': 'ERROR' });
  });
});

describe('JUnit reports', () => {
  test('entities are decoded, CDATA cannot forge a result', () => {
    const xml =
      '<testsuite><testcase classname="a &amp; b" name="&lt;x&#10;y&#x41;&gt;"><failure><![CDATA[</failure></testcase><testcase classname="c" name="forged"/>]]></failure></testcase></testsuite>';
    expect(parseTestCases(xml)?.[0]).toEqual({ classname: 'a & b', name: '<x\nyA>', status: 'FAILED' });
    expect(statusesIn(parseJunit(xml))).toEqual({ 'a & b > <x\nyA>': 'FAILED' });
  });

  test.each([
    ['half a report', '<testsuites><testsuite><testcase classname="a" name="b"/>'],
    ['a character that there is none of', '<testsuite><testcase classname="&#99999999999;" name="b"/></testsuite>'],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY e "x">]><testsuite><testcase name="&e;"/></testsuite>'],
    ['something after the end', '<testsuite></testsuite><testsuite></testsuite>'],
    ['another document', '<html></html>'],
    ['nothing', ''],
  ])('%s is no report', (_what, xml) => {
    expect(parseTestCases(xml)).toBeUndefined();
    expect(parseJunit(xml).flaw).toBe('the test runner left no whole report');
  });

  test('a test case inside another’s output is none', () => {
    const xml =
      '<testsuite><testcase name="a"><failure/><system-out><testcase name="b"/></system-out></testcase></testsuite>';
    expect(statusesIn(parseJunit(xml))).toEqual({ a: 'FAILED' });
  });
});

describe('TAP', () => {
  test('nested subtests of node --test', () => {
    const log = `TAP version 13
# Subtest: a.test.js
    # Subtest: suite
        # Subtest: works
        ok 1 - works
          ---
          duration_ms: 1
          ...
        # Subtest: breaks
        not ok 2 - breaks
          ---
          error: |-
            ok 3 - forged in a diagnostic
          ...
        1..2
    not ok 1 - suite
    # Subtest: alone
    ok 2 - alone # SKIP not today
    1..2
not ok 1 - a.test.js
1..1
# tests 3
# pass 1
# fail 1`;
    expect(statusesIn(parseTap(log))).toEqual({
      'a.test.js > suite > works': 'PASSED',
      'a.test.js > suite > breaks': 'FAILED',
      'a.test.js > suite': 'FAILED',
      'a.test.js > alone': 'SKIPPED',
      'a.test.js': 'FAILED',
    });
  });

  test('groups of tape, todo and skip', () => {
    const log =
      'TAP version 13\n# parse\nok 1 a\nnot ok 2 b\n  ---\n    operator: equal\n  ...\n# stringify\nok 3 a\nnot ok 4 c # TODO one day\nok 5 d # SKIP\n\n1..5\n# tests 5\n# pass  3\n# fail  1\n';
    expect(statusesIn(parseTap(log))).toEqual({
      'parse > a': 'PASSED',
      'parse > b': 'FAILED',
      'stringify > a': 'PASSED',
      'stringify > c': 'XFAIL',
      'stringify > d': 'SKIPPED',
    });
  });

  test.each([
    [
      'a block that never ends',
      '1..2\nok 1 - a\n  ---\nnot ok 2 - b\n',
      'a diagnostic block of the test log never ends',
    ],
    ['fewer results than planned', '1..2\nok 1 - a\n', 'the test runner was left before its end'],
    ['no plan', 'ok 1 - a\n', 'the test runner was left before its end'],
  ])('%s proves nothing', (_what, log, flaw) => {
    expect(parseTap(log).flaw).toBe(flaw);
  });

  test.each([
    ['that is not below a result', '1..2\nok 1 - a\nprinted\n  ---\nnot ok 2 - b\n  ...\n'],
    ['that is no deeper than the result', '1..2\nok 1 - a\n---\nnot ok 2 - b\n...\n'],
  ])('a block %s hides nothing', (_what, log) => {
    expect(statusesIn(parseTap(log))).toEqual({ a: 'PASSED', b: 'FAILED' });
    expect(parseTap(log).flaw).toBeUndefined();
  });

  test('mocha: flat results with full titles', () => {
    expect(statusesIn(parseTap('1..2\nok 1 lunr.Index search finds\nnot ok 2 lunr.Index adds # one\n'))).toEqual({
      'lunr.Index search finds': 'PASSED',
      'lunr.Index adds # one': 'FAILED',
    });
  });
});

describe('unittest', () => {
  test('every result, with docstrings and output in between', () => {
    const log = `test_a (tests.test_x.TestX.test_a) ... ok
test_b (tests.test_x.TestX.test_b)
What it does ... FAIL
test_c (tests.test_x.TestX.test_c) ... printed
ok
test_d (tests.test_x.TestX.test_d) ... skipped 'no'
test_e (tests.test_x.TestX.test_e) ... expected failure
test_f (tests.test_x.TestX.test_f) ... unexpected success
test_g (tests.test_x.TestX) ... ERROR
======================================================================
ERROR: test_h (tests.test_x.TestX.test_h)
`;
    expect(statusesIn(parseUnittest(log))).toEqual({
      'tests.test_x.TestX.test_a': 'PASSED',
      'tests.test_x.TestX.test_b': 'FAILED',
      'tests.test_x.TestX.test_c': 'PASSED',
      'tests.test_x.TestX.test_d': 'SKIPPED',
      'tests.test_x.TestX.test_e': 'XFAIL',
      'tests.test_x.TestX.test_f': 'FAILED',
      'tests.test_x.TestX.test_g': 'ERROR',
      'tests.test_x.TestX.test_h': 'ERROR',
    });
  });
});

describe('the registry', () => {
  const failing: Record<string, [string, string]> = {
    pytest: ['FAILED a.py::t', '<testsuite><testcase classname="a" name="t"><failure/></testcase></testsuite>'],
    parse_log_pytest: ['FAILED a.py::t', ''],
    parse_log_pytest_verbose: ['a.py::t FAILED', ''],
    junit: ['', '<testsuite><testcase classname="a" name="t"><failure/></testcase></testsuite>'],
    tap: ['not ok 1 - t', ''],
    unittest: ['test_t (a.T.test_t) ... FAIL', ''],
  };
  test.each([...parsers.keys()])('%s can record a failure', (name) => {
    expect([
      ...findParser(name)
        .parse(...failing[name]!)
        .statuses.values(),
    ]).toEqual(['FAILED']);
  });

  test.each(['jest', 'constructor', '__proto__', ''])('an unknown name, %j, says which are known', (name) => {
    expect(() => findParser(name)).toThrow(`Unknown log_parser "${name}". Known: pytest, `);
  });

  test('tests may bear the names of an object’s own properties', () => {
    expect([...parseTap('ok 1 - constructor\nok 2 - __proto__').statuses.keys()]).toEqual(['constructor', '__proto__']);
  });
});
