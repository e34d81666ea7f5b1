import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectCommand } from '../../../src/cli/commands/collect.ts';
import { trainCommand } from '../../../src/cli/commands/train.ts';
import type { CommandDefinition } from '../../../src/cli/options/command.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { everyCommand, parse } from './support.ts';

function fileOf(text: string): string {
  const file = join(temporaryFolder(), 'config.yaml');
  writeFileSync(file, text);
  return file;
}

const collect = (...argv: string[]) => parse(collectCommand, argv);

test('a configuration file has the names and the checks of the flags, and flags override it', async () => {
  const config = fileOf('tasks: katas\njobs: 4\njudge: false\nstep-limit: "9"\nid: [a, b]\n');
  const { options } = await collect('-c', config, '-j', '3', '--judge');
  expect(options).toMatchObject({ tasks: ['katas'], jobs: 3, judge: true, stepLimit: 9, id: ['a', 'b'], seed: 1 });
});

test.each([
  [
    'a number that is none',
    'tasks: katas\ncost-limit: 0,5\n',
    /^\S+: `cost-limit`: expected a number of at least 0, got "0,5"\.$/,
  ],
  ['a key that is no option', 'tasks: katas\ncosts: 1\n', /^\S+: `costs` is no option here\. Known: .*cost-limit/],
  ['a list', '- tasks\n', /^\S+: expected a map of options to values/],
  ['no YAML', 'tasks: [katas\n', /^\S+: not YAML \(.+\)\.$/],
])('%s in it is refused in one line', async (_, text, message) => {
  await expect(collect('-c', fileOf(text))).rejects.toThrow(message);
});

test('a missing configuration file, and one under an old name of an option, are refused', async () => {
  await expect(collect('-c', '/nowhere.yaml')).rejects.toThrow('--config /nowhere.yaml: cannot be read (ENOENT).');
  const parsed = parse(trainCommand as CommandDefinition, ['-c', fileOf('out: runs/x\n')]);
  await expect(parsed).rejects.toThrow(/`out` is `run` now\. Rename it\.$/);
});

test('a run folder keeps the resolved options, and naming it as --config repeats the run', async () => {
  const argv = ['--tasks', 'katas', '-i', 'a', 'b', '--step-limit', '7', '--no-judge', '--run', 'elsewhere', '--json'];
  const { options, invocation } = await collect(...argv);
  const dir = join(temporaryFolder(), 'run');
  await using run = await openRun({ command: 'collect', config: {}, dir, resolved: invocation.resolved });
  expect(readFileSync(run.path('config.yaml'), 'utf8')).toMatch(
    /^# Repeats the run: stepwright collect -c .*\ntasks:\n {2}- katas\n/,
  );
  const again = await collect('-c', dir);
  const { run: _, json: __, ...expected } = options;
  expect(again.options).toEqual({ ...expected, json: false });
});

test('a run that is resumed keeps the seed it was started with', async () => {
  const dir = join(temporaryFolder(), 'run');
  await (await openRun({ command: 'collect', config: { seed: 0 }, dir }))[Symbol.asyncDispose]();
  expect((await collect('--tasks', 'katas', '--run', dir)).options.seed).toBe(0);
  expect((await collect('--tasks', 'katas', '--run', dir, '--seed', '5')).options.seed).toBe(5);
});

test('a run folder keeps no option that may hold a key', async () => {
  const { invocation } = await collect(
    '--tasks',
    'katas',
    '--teacher',
    'stdio',
    '--stdio-command',
    'KEY=s3cret ./answer',
  );
  expect(invocation.resolved).toMatchObject({ teacher: 'stdio' });
  expect(JSON.stringify(invocation.resolved)).not.toContain('s3cret');
});

test('what is missing is named with what it is for', async () => {
  await expect(collect()).rejects.toThrow(/^--tasks is missing: suites under tasks\/.*\.$/);
});

const everywhere = await everyCommand();

test.each(everywhere)('$path takes -c, and refuses a key that it does not know', async ({ definition }) => {
  await expect(parse(definition, ['-c', fileOf('no-such-option: 1\n')])).rejects.toThrow(
    /`no-such-option` is no option here/,
  );
});

test.each([
  [trainCommand, 'out', 'run'],
  [trainCommand, 'attempt-jobs', 'jobs'],
])('an old name is refused with the one it has now', async (definition, old, now) => {
  for (const argv of [[`--${old}`, 'x'], [`--${old}`]])
    await expect(parse(definition as CommandDefinition, argv)).rejects.toThrow(`--${old} is --${now} now. Rename it.`);
});
