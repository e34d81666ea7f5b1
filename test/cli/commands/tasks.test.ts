// `tasks` as a command line, as far as it needs no container.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadInstances } from '../../../src/world/task/load.ts';
import { writeSuite } from '../../../src/world/task/write.ts';
import { runInProcess } from '../../support/in-process.ts';
import { anInstance } from '../../support/instance.ts';
import { temporaryFolder } from '../../support/temp.ts';

const tasks = (...argv: string[]) => runInProcess(['tasks', ...argv]);
const lastLine = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1)!);

const rows = ['a', 'b', 'c'].map((name) =>
  anInstance({
    instance_id: `toy.${name}`,
    split: name === 'c' ? 'heldout' : 'train',
    metadata: { mutation: 'comparison' },
  }),
);

describe('stepwright tasks', () => {
  test('list counts and names what was selected', async () => {
    const dir = temporaryFolder();
    await writeSuite(dir, rows, 'folders');
    expect(lastLine((await tasks('list', dir, '--json')).stdout)).toEqual({
      total: 3,
      splits: { train: 2, heldout: 1 },
      environments: { toy: 3 },
      mutations: { comparison: 3 },
      ids: ['toy.a', 'toy.b', 'toy.c'],
    });
    expect((await tasks('list', dir, '--split', 'heldout')).stdout).toBe('toy.c\theldout\ttoy\ttoy/toy\n');
  });

  test.each([
    ['an unknown suite', ['list', 'no-such-suite'], 'no-such-suite: neither a file or folder nor a suite.'],
    ['an unknown environment', ['synth', '--env', 'tools', '--suite', 'x'], 'Unknown environment "tools"'],
    ['an unknown kind', ['synth', '--env', 'toolz', '--suite', 'x', '--kinds', 'typo'], '--kinds: expected one of '],
    [
      'a count that is none',
      ['synth', '--env', 'toolz', '--suite', 'x', '--count', '-1'],
      '--count: expected a whole number of at least 0, got "-1".',
    ],
    [
      'a draft without its parts',
      ['complete', '/nowhere', '--suite', 'x'],
      '/nowhere/task.yaml: cannot be read (ENOENT)',
    ],
  ])('%s is one clear line and exit code 2', async (_, argv, message) => {
    const { status, stderr } = await tasks(...argv);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('a malformed task names file and field', async () => {
    const dir = temporaryFolder();
    await writeSuite(dir, rows, 'folders');
    writeFileSync(join(dir, 'toy.b/tests.json'), '{"FAIL_TO_PASS": 1}');
    const { status, stderr } = await tasks('validate', dir);
    expect(status).toBe(2);
    expect(stderr).toContain('toy.b/tests.json: `FAIL_TO_PASS`');
  });

  test('import takes the rows that it can judge and names the others', async () => {
    const dir = temporaryFolder();
    const [good, bad] = rows.map(({ eval_script, ...row }) => row);
    const file = join(dir, 'rows.jsonl');
    writeFileSync(file, `${JSON.stringify({ ...good, eval_script: 'true' })}\n${JSON.stringify(bad)}\n`);
    const out = join(dir, 'suite');
    const { status, stdout, stderr } = await tasks('import', file, '--suite', 'mine', '--out', out, '--json');
    expect(status).toBe(1);
    expect(stderr).toContain('"toy.b": `eval_script` is missing');
    expect(lastLine(stdout)).toMatchObject({ imported: 1 });
    expect((await loadInstances(out)).map(({ instance_id, datasets }) => [instance_id, datasets])).toEqual([
      ['toy.a', ['mine']],
    ]);
  });
});
