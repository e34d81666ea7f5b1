import { describe, expect, test } from 'vitest';
import { silent } from '../../../src/core/run/events.ts';
import { synthesizeSuite } from '../../../src/data/synth/suite.ts';
import type { SuiteRunner } from '../../../src/data/synth/suite-run.ts';
import { type SynthJournal, synthesize, type Tried } from '../../../src/data/synth/synthesize.ts';
import { toyEnvironment, toyFiles, toySuiteRunner } from './toy-suite-runner.ts';

function memory(): SynthJournal & { rows: Map<string, Tried> } {
  const rows = new Map<string, Tried>();
  return { rows, get: (id) => rows.get(id), put: async (row) => void rows.set(row.id, row) };
}

const options = (suiteRunner: SuiteRunner, journal: SynthJournal = memory()) => ({
  environment: toyEnvironment,
  suite: 'toys',
  suiteRunner,
  count: 3,
  perFunction: 2,
  kinds: ['off_by_one_slice', 'arithmetic_operator', 'comparison', 'swapped_arguments'],
  seed: 1,
  concurrency: 3,
  journal,
  emit: silent,
});

describe('synthesising instances', () => {
  test('a kept bug fails a test, leaves the others, and is told by what the test saw', async () => {
    const made = await synthesize(options(toySuiteRunner()));
    expect(made).toHaveLength(3);
    const take = made.find(({ metadata }) => metadata.function === 'lib/lists.js::take')!;
    expect(take.instance_id).toMatch(/^toy\.off_by_one_slice__[0-9a-f]{8}$/);
    expect(take.FAIL_TO_PASS).toEqual(['take']);
    expect(take.PASS_TO_PASS).toHaveLength(13);
    expect(take.PASS_TO_PASS).toContain('total');
    expect(take.metadata).toMatchObject({ mutation: 'off_by_one_slice', origin: 'synth' });
    expect(take.problem_statement).toContain('lists.take(2, letters)');
    expect(take.problem_statement).toContain('["a","b"]');
    for (const { problem_statement } of made) expect(problem_statement).not.toMatch(/lib\/lists|list\.slice|sum \+=/);
  });

  test('bugs that no test sees are tried and dropped, with the reason', async () => {
    const journal = memory();
    const made = await synthesize({ ...options(toySuiteRunner(), journal), kinds: ['comparison'], count: 9 });
    expect(made.map(({ metadata }) => metadata.function)).not.toContain('lib/lists.js::unused');
    expect([...journal.rows.values()]).toContainEqual(expect.objectContaining({ why: 'no test fails' }));
  });

  test('the same seed gives the same instances, however many run at a time', async () => {
    const one = await synthesize({ ...options(toySuiteRunner()), concurrency: 1, count: 2 });
    const many = await synthesize({ ...options(toySuiteRunner()), concurrency: 4, count: 2 });
    expect(many.map(({ instance_id }) => instance_id)).toEqual(one.map(({ instance_id }) => instance_id));
  });

  test('what the journal remembers is not run again', async () => {
    const journal = memory();
    const made = await synthesize(options(toySuiteRunner(), journal));
    let runs = 0;
    const counted = toySuiteRunner();
    const again = await synthesize(
      options(
        {
          ...counted,
          runSuite: (patches) => {
            runs += 1;
            return counted.runSuite(patches);
          },
        },
        journal,
      ),
    );
    expect(again).toEqual(made);
    expect(runs).toBe(3);
  });

  test('a test that fails now and then makes no instance', async () => {
    const flaky = toyFiles['test/run.js'].replace(
      'equal(lists.total([1, 2, 3]), 6)',
      "var fs = require('fs'), n = fs.existsSync(FILE) ? 1 : 0; fs.writeFileSync(FILE, ''); if (n === 1) fs.unlinkSync(FILE); if (lists.total([1, 2]) !== 3 && n === 1) throw new Error('now and then')",
    );
    const files = {
      ...toyFiles,
      'test/run.js': `var FILE = require('os').tmpdir() + '/flaky-' + ${process.pid}\n${flaky}`,
    };
    const journal = memory();
    const made = await synthesize({
      ...options(toySuiteRunner(files), journal),
      kinds: ['arithmetic_operator'],
      concurrency: 1,
    });
    expect(made.map(({ metadata }) => metadata.function)).not.toContain('lib/lists.js::total');
  });

  test('an environment whose clean suite gives nothing is named', async () => {
    const files = { ...toyFiles, 'test/run.js': 'throw new Error("broken")' };
    await expect(synthesize(options(toySuiteRunner(files)))).rejects.toThrow(
      'envs/toy: the clean suite gives no result',
    );
  });
});

describe('a suite', () => {
  test('instances of one function are on one side, and what the suite holds decides', async () => {
    const suiteRunnerFor = () => toySuiteRunner();
    const journal = memory();
    const first = await synthesizeSuite({
      ...options(toySuiteRunner(), journal),
      environments: [toyEnvironment],
      suiteRunnerFor,
      existing: [],
      heldoutShare: 0.5,
    });
    const heldout = first.filter(({ split }) => split === 'heldout').map(({ metadata }) => metadata.function);
    const train = first.filter(({ split }) => split === 'train').map(({ metadata }) => metadata.function);
    expect(heldout.filter((name) => train.includes(name))).toEqual([]);

    const [one, ...rest] = first.map((row) => ({ ...row, split: 'heldout' as const }));
    const more = await synthesizeSuite({
      ...options(toySuiteRunner(), journal),
      environments: [toyEnvironment],
      suiteRunnerFor,
      existing: [one!],
      heldoutShare: 0,
    });
    expect(more.map(({ instance_id }) => instance_id)).toEqual(rest.map(({ instance_id }) => instance_id));
    for (const { metadata, split } of more)
      expect(split).toBe(metadata.function === one!.metadata.function ? 'heldout' : 'train');
  });
});
