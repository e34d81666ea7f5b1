// `extract` as command lines.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { saveTrajectories } from '../../../src/data/trajectory/load.ts';
import { runInProcess } from '../../support/in-process.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

const extract = (...argv: string[]) => runInProcess(['extract', ...argv]);
const lastLine = (text: string) => JSON.parse(text.trim().split('\n').at(-1)!);
const readRows = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A row of SWE-smith: no verdict, no instance that a suite knows. */
const sweSmithRow = (i: number) => ({
  instance_id: `owner__repo.${i}`,
  messages: [
    { role: 'system', content: 'You repair.' },
    { role: 'user', content: `issue ${i}` },
    ...['find . | head', 'cd /testbed && python a.py 2>&1 | tail', "sed -i 's/a/b/' a.py"].flatMap((command) => [
      { role: 'assistant', content: `Why.\n\n<function=bash>\n<parameter=command>${command}</parameter>\n</function>` },
      { role: 'user', content: `OBSERVATION:\nwhat ${command} said to ${i}` },
    ]),
    { role: 'assistant', content: 'Done.\n\n<function=submit>\n</function>' },
  ],
});
const jsonLines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('stepwright extract', () => {
  test('takes rows of other tools as they are, and says what it made of them', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'in.jsonl'), jsonLines([1, 2].map(sweSmithRow)));
    const { status, stdout } = await extract(
      join(dir, 'in.jsonl'),
      '-o',
      join(dir, 'steps.jsonl'),
      '--drop',
      'last',
      '--json',
    );
    expect(status).toBe(0);
    expect(lastLine(stdout)).toMatchObject({
      trajectories: 2,
      steps: 8,
      step_instances: 6,
      dropped: { last: 2 },
      kinds: { search: 2, run: 2, edit: 2 },
      splits: { train: 6, heldout: 0 },
      steps_per_trajectory: { min: 4, median: 4, mean: 4, max: 4 },
      scripts: { total: 6, unparsed: [] },
      written: 6,
      rejected: 0,
    });
    expect(readRows(join(dir, 'steps.jsonl'))).toHaveLength(6);
  });

  test('writes the same bytes on any number of threads, and holds the same trajectories out', async () => {
    const dir = temporaryFolder();
    const rows: unknown[] = Array.from({ length: 700 }, (_, i) => sweSmithRow(i % 600));
    writeFileSync(join(dir, 'in.jsonl'), `${jsonLines(rows.slice(0, 400))}{"torn\n${jsonLines(rows.slice(400))}`);
    const made = [];
    for (const workers of [0, 2]) {
      const out = join(dir, `steps-${workers}.jsonl`);
      const flags = ['--holdout-trajectories', '30', '--seed', '7', '--workers', String(workers), '--json'];
      const { status, stdout } = await extract(join(dir, 'in.jsonl'), '-o', out, ...flags);
      expect(status).toBe(1);
      const { out: _, files, ...told } = lastLine(stdout);
      made.push({ told, bytes: readFileSync(out), aside: readFileSync(`${out}.rejected.jsonl`, 'utf8') });
    }
    expect(made[1]).toEqual(made[0]);
    expect(made[0]!.told).toMatchObject({
      trajectories: 700,
      step_instances: 2400,
      dropped: { duplicate: 400 },
      splits: { train: 2280, heldout: 120 },
      rejected: 101,
    });
    const aside = made[0]!.aside
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(aside.slice(0, 2)).toMatchObject([
      { line: 401, row: '{"torn' },
      { line: 602, why: expect.stringMatching(/^trajectory_id "owner__repo\.0\.\w{8}" gave steps already/) },
    ]);
    expect(aside).toHaveLength(101);
  }, 120_000);

  test('counts the prompt in the tokens of the student it is for', async () => {
    const dir = temporaryFolder();
    const steps = [bashStep('cat a.py', 'x = 1\n'.repeat(2000)), bashStep('ls', 'a.py')];
    await saveTrajectories(join(dir, 'in.jsonl'), [aTrajectory({ steps, resolved: true })]);
    const student = join(import.meta.dirname, '../../../students/base-tiny');
    const flags = ['--split', 'train', '--student', student, '--max-prompt-tokens', '500', '--json'];
    const { status, stdout } = await extract(join(dir, 'in.jsonl'), '-o', join(dir, 'steps.jsonl'), ...flags);
    expect(status).toBe(0);
    const { clipped, prompt_length: length } = lastLine(stdout);
    expect(clipped).toBe(1);
    expect(length.max).toBeLessThanOrEqual(500);
    expect(readRows(join(dir, 'steps.jsonl'))[1].prompt.at(-1).content).toContain('<response clipped');
  });

  test('puts the reward function beside what it writes for a trainer', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'in.jsonl'), jsonLines([sweSmithRow(1)]));
    expect((await extract(join(dir, 'in.jsonl'), '-o', join(dir, 'data/steps.parquet'), '--to', 'verl')).status).toBe(
      0,
    );
    expect(readdirSync(join(dir, 'data')).sort()).toEqual(['srl_reward.py', 'steps.parquet']);
  });

  test('trajectories of unknown instances are counted and listed; where there are no others, nothing is written', async () => {
    const dir = temporaryFolder();
    const [input, out] = [join(dir, 'in.jsonl'), join(dir, 'steps.jsonl')];
    const steps = [bashStep('ls', 'OBSERVATION:\na.py\n'), bashStep('cat a.py', 'OBSERVATION:\nx = 1\n')];
    const strange = aTrajectory({ instance_id: 'strange__1', resolved: true, steps });
    const origin = { suite: 'toys', split: 'train' } as const;
    const remembering = { ...aTrajectory({ resolved: true, steps }), provenance: { ...strange.provenance, ...origin } };
    await saveTrajectories(input, [strange, remembering]);
    const some = await extract(input, '-o', out, '--json');
    expect(some.status).toBe(1);
    expect(some.stderr).toContain(
      '1 trajectory of unknown instances: strange__1/test/0. Name their suite with --tasks',
    );
    expect(lastLine(some.stdout)).toMatchObject({
      unknown: ['strange__1/test/0'],
      step_instances: 2,
      splits: { train: 2 },
    });

    await saveTrajectories(input, [strange]);
    const none = await extract(input, '-o', out);
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('The instance of none of the 1 trajectory is known (strange__1/test/0).');
    expect(readRows(out)).toHaveLength(2);
  });

  test.each([
    [['--max-prompt-tokens', '10'], '--max-prompt-tokens: whose tokens? Name a student folder with --student.'],
    [['--keep', 'unknown_instance'], '--keep: expected one of duplicate, unresolved'],
    [['--student', '/nowhere'], '/nowhere/tokenizer.json: missing.'],
    [['--granularity', 'word'], '--granularity: expected one of call, command, got "word".'],
  ])('%j is one clear line and exit code 2', async (flags, message) => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'in.jsonl'), jsonLines([sweSmithRow(1)]));
    const { status, stderr } = await extract(join(dir, 'in.jsonl'), '-o', join(dir, 'steps.jsonl'), ...flags);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(readdirSync(dir)).toEqual(['in.jsonl']);
  });
});
