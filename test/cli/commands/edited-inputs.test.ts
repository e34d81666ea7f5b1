// What a run folder keeps of its command, and how a run that goes on notices that its inputs were edited: before any container is opened.
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { collectCommand } from '../../../src/cli/commands/collect.ts';
import { scoreCommand } from '../../../src/cli/commands/score.ts';
import { trainCommand } from '../../../src/cli/commands/train.ts';
import type { CommandDefinition } from '../../../src/cli/options/command.ts';
import { createParser } from '../../../src/cli/options/parser.ts';
import { echoSteps, trainingBench } from '../../learning/train/support.ts';
import { anInstance } from '../../support/instance.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory } from '../../support/trajectory.ts';

beforeEach(() => {
  vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/engine.sock');
  return () => vi.unstubAllEnvs();
});

const runCommand = (command: CommandDefinition, argv: readonly string[]) =>
  createParser(command).parseAsync([...argv], { from: 'user' });

/** Writes rows; editing changes a word in one of them. */
function rowFile(name: string, ...rows: object[]): { file: string; edit(): void } {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return { file, edit: () => writeFileSync(file, readFileSync(file, 'utf8').replace('before', 'after')) };
}

const tasks = () =>
  rowFile('tasks.jsonl', anInstance({ instance_id: 'toy__1', environment: 'katas', problem_statement: 'before' }));

async function aStudent(): Promise<{ folder: string; edit(): void }> {
  const folder = (await trainingBench({ method: 'sft' })).options.student!;
  return { folder, edit: () => appendFileSync(join(folder, 'config.json'), ' ') };
}

interface Begun {
  argv: string[];
  edit(): void;
}

describe.each([
  {
    name: 'collect',
    command: collectCommand as CommandDefinition,
    inputs: {
      '--tasks': async (): Promise<Begun> => {
        const { file, edit } = tasks();
        return { argv: ['--tasks', file], edit };
      },
      '--recording': async (): Promise<Begun> => {
        const { file, edit } = rowFile('recording.jsonl', aTrajectory({ patch: 'before' }));
        return { argv: ['--tasks', tasks().file, '--teacher', 'recorded', '--recording', file], edit };
      },
    },
  },
  {
    name: 'score',
    command: scoreCommand as CommandDefinition,
    inputs: {
      instances: async (): Promise<Begun> => {
        const { file, edit } = tasks();
        return { argv: ['--tasks', file, '--predictions', 'gold'], edit };
      },
      predictions: async (): Promise<Begun> => {
        const prediction = { instance_id: 'toy__1', model_name_or_path: 'm', model_patch: 'before' };
        const { file, edit } = rowFile('predictions.jsonl', prediction);
        return { argv: ['--tasks', tasks().file, '--predictions', file], edit };
      },
      '--steps': async (): Promise<Begun> => {
        const { file, edit } = rowFile('steps.jsonl', { ...echoSteps(1)[0]!, thought: 'before' });
        return { argv: ['--tasks', tasks().file, '--student', (await aStudent()).folder, '--steps', file], edit };
      },
      // Its hash is one with that of the predictions: they are what it makes.
      'predictions of a student': async (): Promise<Begun> => {
        const { folder, edit } = await aStudent();
        return { argv: ['--tasks', tasks().file, '--student', folder], edit };
      },
    },
  },
])('$name', ({ command, inputs }) => {
  test.each(Object.entries(inputs))('notices that its %s were edited', async (what, begin) => {
    const { argv, edit } = await begin();
    const again = () => runCommand(command, [...argv, '--run', run]);
    const run = join(temporaryFolder(), 'run');
    await expect(again()).rejects.toThrow('No container engine answers');
    await expect(again()).rejects.toThrow('No container engine answers');
    edit();
    const message = what.startsWith('--')
      ? `begun with other contents of ${what}`
      : `run with another ${what.split(' ')[0]}`;
    await expect(again()).rejects.toThrow(message);
  });
});

test.each(['--steps', '--student'])('train notices that its %s were edited', async (what) => {
  const { dir, options } = await trainingBench({ method: 'sft' });
  const [steps] = options.steps;
  const flags = [
    '--updates',
    '1',
    '--batch',
    '4',
    '--max-new-tokens',
    '12',
    '--workers',
    '0',
    '--validation-size',
    '1',
  ];
  const again = () =>
    runCommand(trainCommand as CommandDefinition, [
      ...['--method', 'sft', '--steps', steps!, '--student', options.student!, '--run', join(dir, 'run')],
      ...flags,
    ]);
  await again();
  await again();
  appendFileSync(what === '--steps' ? steps! : join(options.student!, 'config.json'), ' ');
  await expect(again()).rejects.toThrow(`begun with other contents of ${what}`);
});

test('no file of a run folder holds the command of a stdio teacher, which may have a key in it', async () => {
  const run = join(temporaryFolder(), 'run');
  const teacher = ['--teacher', 'stdio', '--model', 'mine', '--stdio-command', 'API_KEY=not-to-be-kept cat'];
  await expect(
    runCommand(collectCommand as CommandDefinition, ['--tasks', tasks().file, ...teacher, '--run', run]),
  ).rejects.toThrow('No container engine answers');
  const files = readdirSync(run);
  expect(files).toEqual(expect.arrayContaining(['config.yaml', 'run.json']));
  for (const name of files) expect(readFileSync(join(run, name), 'utf8')).not.toContain('not-to-be-kept');
  expect(readFileSync(join(run, 'config.yaml'), 'utf8')).toContain('teacher: stdio');
});
