import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { textPatch } from '../../../src/core/patch/text-patch.ts';
import { completeDraft, readDraft } from '../../../src/data/synth/complete.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { toyEnvironment, toyFiles, toySuiteRunner } from './toy-suite-runner.ts';

const source = toyFiles['lib/lists.js'];
const bug = textPatch('lib/lists.js', source, source.replace('var sum = 0', 'var sum = 0 - list[0]'));
const tests = textPatch(
  'test/run.js',
  toyFiles['test/run.js'],
  toyFiles['test/run.js'].replace(
    "console.log('1..'",
    "test('one', function () { equal(lists.total([4]), 4) })\nconsole.log('1..'",
  ),
);

let dir: string;
beforeEach(() => {
  dir = temporaryFolder();
  writeFileSync(
    join(dir, 'task.yaml'),
    'environment: toy\nsplit: heldout\nmetadata:\n  function: lib/lists.js::total\n',
  );
  writeFileSync(join(dir, 'problem_statement.md'), 'Totals are wrong.\n');
  writeFileSync(join(dir, 'bug.patch'), bug);
  writeFileSync(join(dir, 'test.patch'), tests);
});

describe('completing a bug written by hand', () => {
  test('what can be measured is measured, with the hidden tests in place', async () => {
    const instance = await completeDraft(await readDraft(dir), 'toys', toyEnvironment, toySuiteRunner());
    expect(instance).toMatchObject({
      FAIL_TO_PASS: ['one', 'total'],
      bug_patch: bug,
      test_patch: tests,
      split: 'heldout',
      problem_statement: 'Totals are wrong.\n',
      datasets: ['toys'],
      metadata: { origin: 'hand', function: 'lib/lists.js::total' },
    });
    expect(instance.PASS_TO_PASS).toContain('take');
    expect(instance.base_commit).toMatch(/^[0-9a-f]{40}$/);
    expect(instance.patch).toContain('-  var sum = 0 - list[0]\n+  var sum = 0\n');
  });

  test('tests that fail without the bug, or a bug that no test sees, are refused by name', async () => {
    const draft = { ...(await readDraft(dir)), id: 'toy.mine' };
    const harmless = textPatch('lib/lists.js', source, source.replace('a < b', 'a <= b'));
    await expect(
      completeDraft({ ...draft, bugPatch: harmless }, 'toys', toyEnvironment, toySuiteRunner()),
    ).rejects.toThrow('toy.mine: with bug.patch no test fails. Fix the bug or its tests.');
    await expect(
      completeDraft(
        { ...draft, testPatch: tests.replaceAll('test/run.js', 'test/gone.js') },
        'toys',
        toyEnvironment,
        toySuiteRunner(),
      ),
    ).rejects.toThrow('The test patch does not apply');
  });

  test('a missing part and a malformed task.yaml are named', async () => {
    writeFileSync(join(dir, 'task.yaml'), 'environment: toy\nsplit: dev\n');
    await expect(readDraft(dir)).rejects.toThrow('task.yaml: `split`');
    rmSync(join(dir, 'bug.patch'));
    await expect(readDraft(dir)).rejects.toThrow('bug.patch: cannot be read (ENOENT)');
  });
});
