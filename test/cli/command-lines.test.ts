// Command lines that are written down somewhere: each is one that its command takes.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { studyStages } from '../../bench/study/stages.ts';
import { quickstartStages } from '../../src/cli/quickstart-stages.ts';
import type { RunDir } from '../../src/core/run/run-dir.ts';
import { everyCommand, parse } from './options/support.ts';

const run: RunDir = { id: 'x', dir: 'runs/x', resumed: false, path: (...parts) => ['runs/x', ...parts].join('/') };
const half = { trajectories: 'half.jsonl', instances: 'half' };
const commands = await everyCommand();
const parsed = async (argv: readonly string[]): Promise<object> => {
  const { path, definition } = commands.find((one) => `${argv.join(' ')} `.startsWith(`${one.path} `))!;
  return (await parse(definition, argv.slice(path.split(' ').length))).options;
};

test.each([...quickstartStages(run, 1), ...studyStages(run, 1, { imitated: half, fresh: half })])(
  'the stage $name can be run',
  async ({ argv }) => {
    expect(await parsed(argv)).toBeDefined();
  },
);

/** The words of a line of shell, without the program, comments and redirections. */
const wordsOf = (line: string): string[] =>
  (line.replace(/ [#>|&].*$/, '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [])
    .slice(1)
    .map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));

const shellLines = (text: string): string[] =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('stepwright '));

test.each(['README.md', 'docs/teachers.md', 'docs/trl.md', 'docs/formats.md', 'docs/results.md'])(
  'the command lines of %s can be run',
  async (file) => {
    for (const line of shellLines(readFileSync(file, 'utf8'))) expect(await parsed(wordsOf(line)), line).toBeDefined();
  },
);

test.each(commands)('the examples in the help of $path can be run', async ({ definition }) => {
  expect(definition.examples.length).toBeGreaterThan(0);
  for (const line of shellLines(definition.examples.join('\n')))
    expect(await parsed(wordsOf(line)), line).toBeDefined();
});
