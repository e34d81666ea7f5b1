import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importRow } from '../../../src/world/task/import.ts';
import { anInstance } from '../../support/instance.ts';

const SHARED = '../shared/data/swe-bench/swe-bench-dev-easy.json';

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
    const bug = 'diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,1 @@\n-x = 1\n+x = 2\n';
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

  test('what is missing is named, with the instance', () => {
    const { eval_script, ...row } = anInstance({ instance_id: 'o__r-1' });
    expect(() => importRow(row, { suite: 's' })).toThrow('o__r-1: `eval_script`');
    expect(() => importRow(3, { suite: 's' })).toThrow('expected an object, got 3');
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
