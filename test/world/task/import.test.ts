import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importRow } from '../../../src/world/task/import.ts';
import { anInstance } from '../../support/instance.ts';

const SHARED = '../shared/data/swe-bench/swe-bench-dev-easy.json';

const {
  environment: _e,
  image: _i,
  eval_script: _s,
  log_parser: _l,
  split: _p,
  ...bench
} = anInstance({
  instance_id: 'o__r-1',
  repo: 'o/r',
});
const judged = { image: 'i', eval_script: 'pytest', log_parser: 'pytest' };
const defaults = { suite: 's', environment: 'e', image: 'i:1', evalScript: 'true', logParser: 'pytest' };

describe('importing rows', () => {
  test('a SWE-bench v5 row needs nothing more', () => {
    const { environment, split, bug_patch, metadata, ...row } = anInstance({ repo: 'o/r', FAIL_TO_PASS: ['a'] });
    expect(importRow({ ...row, FAIL_TO_PASS: '["a"]' }, { suite: 's' })).toMatchObject({
      instance_id: row.instance_id,
      FAIL_TO_PASS: ['a'],
      datasets: ['s'],
      split: 'heldout',
      metadata: { origin: 'swe-bench' },
    });
  });

  test("SWE-smith's patch is the bug; its reverse is the fix", () => {
    const bug = 'diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n';
    const row = {
      instance_id: 'o__r.abcdef12.func_pm_op_swap__1',
      repo: 'swesmith/o__r.abcdef12',
      image_name: 'swesmith.x86_64.o__r.abcdef12',
      base_commit: 'abc',
      patch: bug,
      FAIL_TO_PASS: ['a'],
      PASS_TO_PASS: [],
      problem_statement: 'x is 2',
    };
    const defaults = { suite: 's', evalScript: 'pytest -rA', logParser: 'pytest' };
    expect(importRow(row, defaults)).toMatchObject({
      bug_patch: bug,
      patch: bug.replace('-x = 1\n+x = 2', '-x = 2\n+x = 1'),
      image: row.image_name,
      version: 'abcdef12',
    });
  });

  test("SWE-rebench's own image, test command and log parser come before the options", () => {
    const row = {
      ...bench,
      environment: 'name: testbed\nchannels: []\n',
      docker_image: 'swerebench/o__r-1',
      install_config: { test_cmd: 'pytest -rA', log_parser: 'parse_log_pytest' },
      test_patch: 'diff --git a/t/a b.py b/t/a b.py\n--- a/t/a b.py\n+++ b/t/a b.py\n@@ -1 +1 @@\n-1\n+2\n',
    };
    expect(importRow(row, defaults)).toMatchObject({
      environment: 'e',
      image: 'swerebench/o__r-1',
      eval_script: "pytest -rA 't/a b.py'",
      log_parser: 'parse_log_pytest',
    });
    expect(importRow({ ...row, install_config: JSON.stringify(row.install_config) }, defaults).log_parser).toBe(
      'parse_log_pytest',
    );
  });

  test.each<[string, unknown, string[]]>([
    ['a list', ['a'], ['a']],
    ['JSON in a string', '["a", "b"]', ['a', 'b']],
    ["Python's repr", `['t.py::a', "t.py::it's", 'q\\'\\\\\\x41\\n']`, ['t.py::a', "t.py::it's", "q'\\A\n"]],
    ['null', null, []],
    ['an empty string', '', []],
  ])('tests are read from %s, whatever the case of their name', (_, list, tests) => {
    const { FAIL_TO_PASS, PASS_TO_PASS, ...row } = bench;
    expect(importRow({ ...row, FAIL_TO_PASS, PASS_TO_PASS: list }, defaults).PASS_TO_PASS).toEqual(tests);
    expect(importRow({ ...row, fail_to_pass: ['x'], pass_to_pass: list }, defaults).PASS_TO_PASS).toEqual(tests);
  });

  test('a version may be a number, or not be there', () => {
    expect(importRow({ ...bench, version: 3.2 }, defaults).version).toBe('3.2');
    expect(importRow({ ...bench, version: undefined }, defaults).version).toBe('');
  });

  test.each<[string, unknown, string]>([
    ['no row', 3, 'expected an object, found 3'],
    ['a field that an option gives', { ...bench }, '"o__r-1": `image` is missing'],
    ['the option', { ...bench }, 'give it by --image'],
    [
      'a field that no option gives',
      { ...bench, image: 'i', eval_script: 's', log_parser: 'l', patch: 7 },
      '`patch`: expected string, found 7',
    ],
    ['no tests', { ...bench, ...judged, FAIL_TO_PASS: '' }, '`FAIL_TO_PASS` is empty: no test tells a fix from none'],
    [
      'tests that are no list',
      { ...bench, ...judged, FAIL_TO_PASS: '[a, b]' },
      '`FAIL_TO_PASS`: expected a list of test ids, or one as a JSON string, found "[a, b]"',
    ],
    [
      'no issue',
      { ...bench, ...judged, problem_statement: null },
      '`problem_statement` is empty: there is nothing to solve',
    ],
    ['an id that is no name', { ...bench, ...judged, instance_id: '../o' }, '`instance_id`: no safe id'],
    [
      'R2E-Gym',
      { repo_name: 'r', commit_hash: 'c', execution_result_content: '{}' },
      'a row of R2E-Gym, which is not imported',
    ],
    [
      'Multi-SWE-bench',
      { ...bench, org: 'o', number: 1, fix_patch: '' },
      'a row of Multi-SWE-bench, which is not imported',
    ],
    [
      'SWE-bench Pro',
      { ...bench, before_repo_set_cmd: '', selected_test_files_to_run: '' },
      'a row of SWE-bench Pro, which is not imported',
    ],
    ['something else', { prompt: 'p' }, '`instance_id` is missing; there are `prompt`'],
  ])('%s is refused in words', (_, row, message) => {
    expect(() => importRow(row, { suite: 's' })).toThrow(message);
  });

  test('only what an option gives is asked for by one', () => {
    expect(() => importRow({ ...bench, ...judged, patch: 7 }, { suite: 's' })).not.toThrow(/--/);
  });

  test.skipIf(!existsSync(SHARED))(`rows of SWE-bench's older schema, told what they lack (${SHARED})`, () => {
    const rows: unknown[] = JSON.parse(readFileSync(SHARED, 'utf8'));
    const defaults = { suite: 's', image: 'i', evalScript: 'pytest -rA', logParser: 'parse_log_pytest' };
    for (const row of rows) {
      const instance = importRow(row, defaults);
      expect(instance.FAIL_TO_PASS.length).toBeGreaterThan(0);
      expect(instance.patch).toContain('diff --git');
    }
  });
});
