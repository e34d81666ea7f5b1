import { describe, expect, test } from 'vitest';
import type { TestStatusMap } from '../../../src/core/schema/verdict.ts';
import { diffStatuses, runBaseline, runBug } from '../../../src/data/synth/suite-diff.ts';
import type { SuiteRun, SuiteRunner } from '../../../src/data/synth/suite-run.ts';

/** Gives the runs one after the other. */
function giving(...runs: (TestStatusMap | string)[]): SuiteRunner {
  const left = [...runs];
  return {
    readFiles: async () => [],
    runSuite: async (): Promise<SuiteRun> => {
      const run = left.shift()!;
      const base = { log: '', baseCommit: 'c', durationMs: left.length };
      return typeof run === 'string'
        ? { ...base, statuses: {}, valid: false, reason: run }
        : { ...base, statuses: run, valid: true, reason: '' };
    },
  };
}

const clean: TestStatusMap = { a: 'PASSED', b: 'PASSED', c: 'FAILED' };
const buggy: TestStatusMap = { a: 'FAILED', b: 'PASSED', c: 'FAILED' };

describe('which tests a bug breaks', () => {
  test('a test that is gone fails, one that is skipped counts for neither', () => {
    const lists = diffStatuses(['a', 'b', 'c', 'd'], { a: 'ERROR', b: 'PASSED', d: 'SKIPPED' });
    expect(lists).toEqual({ failToPass: ['a', 'c'], passToPass: ['b'] });
  });

  test('only tests that pass in every clean run count', async () => {
    const result = await runBaseline(giving(clean, { ...clean, b: 'FAILED' }, clean));
    expect(result).toEqual({ passing: ['a'], failing: ['b', 'c'], slowestMs: 2 });
  });

  test('a clean suite without a result says why', async () => {
    expect(await runBaseline(giving(clean, 'ran longer than 1 s', clean))).toEqual({
      why: 'the clean suite gives no result: ran longer than 1 s',
    });
  });

  test('three runs that agree make the lists', async () => {
    expect(await runBug(giving(buggy, buggy, buggy), {}, ['a', 'b'])).toMatchObject({
      failToPass: ['a'],
      passToPass: ['b'],
    });
  });

  test.each([
    ['disagree', [buggy, buggy, clean], 'no test fails'],
    ['differ in which tests fail', [buggy, { a: 'PASSED', b: 'FAILED' }, buggy], 'runs disagree'],
    ['all fail', [{ a: 'FAILED' }], 'no test passes'],
    ['show nothing', [clean], 'no test fails'],
    ['run out of time', [buggy, 'tests ran longer than 9 s'], 'tests ran longer than 9 s'],
  ] as [string, (TestStatusMap | string)[], string][])('runs that %s make no instance', async (_, runs, why) => {
    expect(await runBug(giving(...runs), {}, ['a', 'b'])).toEqual({ why });
  });
});
