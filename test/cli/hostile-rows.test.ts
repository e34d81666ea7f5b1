// Hostile rows through every command that reads some: each ends with an exit code and a line, shows no escape to the terminal, and writes
// nothing but where it was told to.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StepwrightError } from '../../src/core/schema/errors.ts';
import { loadEvaluationRows } from '../../src/data/curate/filter/load-evaluation.ts';
import { readStepInstances } from '../../src/learning/train/data/steps.ts';
import { loadPredictions } from '../../src/results/evaluate/predictions.ts';
import { loadBoard } from '../../src/results/leaderboard/rows.ts';
import { loadInstances } from '../../src/world/task/load.ts';
import { hostileLines, tooLongLine, withHostileIds } from '../support/hostile-rows.ts';
import { anInstance } from '../support/instance.ts';
import { temporaryFolder } from '../support/temp.ts';
import { aTrajectory } from '../support/trajectory.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'bin/stepwright.mjs');

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

const prediction = { instance_id: 'toy__1', model_name_or_path: 'm', model_patch: 'p' };
const step = {
  ...{ id: 't#0', instance_id: 'toy__1', trajectory_id: 't', step: 0, steps: 1, action: 'a', thought: '' },
  ...{ prompt: [{ role: 'user', content: 'p' }], tool: 'bash', kind: 'run', split: 'train' },
};
const chat = { instance_id: 'i', messages: aTrajectory().messages };

const lines = {
  trajectories: [
    ...hostileLines,
    ...withHostileIds(aTrajectory(), 'trajectory_id', 'instance_id'),
    ...withHostileIds(chat, 'instance_id'),
  ],
  instances: [...hostileLines, ...withHostileIds(anInstance(), 'instance_id', 'environment', 'image', 'log_parser')],
  predictions: [...hostileLines, ...withHostileIds(prediction, 'instance_id', 'model_name_or_path')],
  steps: [...hostileLines, ...withHostileIds(step, 'id', 'instance_id', 'trajectory_id')],
  pairs: [
    ...hostileLines,
    ...withHostileIds({ a: '', b: '' }, 'a', 'b'),
    ...withHostileIds({ text: [], expert: '' }, 'text'),
  ],
};
type Shape = keyof typeof lines;

/** What a command reads, in a folder within another that nothing may be written to. */
function layOut(name: string): string {
  const work = join(temporaryFolder(), 'outer', 'work');
  mkdirSync(join(work, 'board'), { recursive: true });
  if (name === 'board') {
    const [, , , , , , report] = withHostileIds({ resolved_instances: 1, submitted_instances: 2 }, 'name');
    writeFileSync(join(work, 'board/report.json'), report!);
    writeFileSync(join(work, 'board/metrics.jsonl'), '{"__proto__":1,"constructor":2,"\\u001b[2J":3}\n{"n":1e400}\n');
  } else {
    const rows = lines[name.replace('.jsonl', '') as Shape];
    writeFileSync(join(work, name), [...rows, LONG, ...rows, '{"torn'].join('\n'));
  }
  return work;
}

const LONG = tooLongLine();

describe('a command', () => {
  const score = ['score', '--tasks', 'katas', '--run', 'run', '--predictions', 'predictions.jsonl'];
  test.each<[string, string[], number]>([
    ['convert', ['convert', 'trajectories.jsonl', '--to', 'stepwright', '--out', 'out/c.jsonl', '--json'], 1],
    ['lint --redact', ['lint', 'trajectories.jsonl', '--redact', '--out', 'out/l.jsonl'], 1],
    ['filter', ['filter', 'trajectories.jsonl', '-o', 'out/f.jsonl', '--dropped', 'out/d.jsonl', '--json'], 1],
    ['extract', ['extract', 'trajectories.jsonl', '-o', 'out/e.jsonl', '--json'], 1],
    ['replay', ['replay', 'trajectories.jsonl', '--run', 'run'], 2],
    ['reward', ['reward', '--pairs', 'pairs.jsonl', '--workers', '0'], 1],
    ['tasks import', ['tasks', 'import', 'instances.jsonl', '--suite', 's', '--out', 'out/s', '--json'], 1],
    ['tasks list', ['tasks', 'list', 'instances.jsonl'], 2],
    ['score', score, 2],
    ['leaderboard', ['leaderboard', 'board', '--html', 'out/b.html'], 0],
    [
      'train',
      [
        'train',
        '--method',
        'sft',
        '--steps',
        'steps.jsonl',
        '--student',
        join(ROOT, 'students/base-tiny'),
        '--run',
        'run',
      ],
      2,
    ],
  ])('%s', (_, argv, code) => {
    const work = layOut(argv.find((word) => word === 'board' || /^\w+\.jsonl$/.test(word))!);
    const outer = join(work, '..');
    const { status, stdout, stderr } = spawnSync('node', [PROGRAM, ...argv], {
      cwd: work,
      encoding: 'utf8',
      env: { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:9', STEPWRIGHT_NO_ENGINE_INSTALL: '1' },
      maxBuffer: 1e9,
    });
    expect(stdout.match(ESCAPES)).toBeNull();
    expect(stderr.match(ESCAPES)).toBeNull();
    expect(stderr).not.toMatch(/^ {4}at |UNCAUGHT|TypeError|RangeError/m);
    expect(status).toBe(code);
    expect(readdirSync(outer)).toEqual(['work']);
    expect(readdirSync(join(outer, '..'))).toEqual(['outer']);
    expect(readdirSync(work).filter((name) => !/^(out|run|board|\w+\.jsonl)$/.test(name))).toEqual([]);
  });
});

describe('each row alone is read, or refused in one clean line, as', () => {
  const readers: Record<Exclude<Shape, 'trajectories' | 'pairs'>, (file: string) => Promise<unknown>> = {
    instances: loadInstances,
    predictions: (file) => loadPredictions(file, [anInstance()]),
    steps: (file) => readStepInstances([file]),
  };
  test.each(Object.entries(readers))('%s', async (shape, read) => {
    const file = join(temporaryFolder(), 'row.jsonl');
    for (const line of lines[shape as Shape]) {
      writeFileSync(file, `${line}\n`);
      await expectClean(read(file));
      await expectClean(loadEvaluationRows(file));
    }
  });

  test('reports', async () => {
    const dir = temporaryFolder();
    for (const line of [
      ...hostileLines,
      ...withHostileIds({ resolved_instances: 1, submitted_instances: 1 }, 'name'),
    ]) {
      writeFileSync(join(dir, 'report.json'), line);
      await expectClean(loadBoard([dir]));
    }
  });
});

async function expectClean(reading: Promise<unknown>): Promise<void> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return;
  expect(error).toBeInstanceOf(StepwrightError);
  expect((error as Error).message).not.toMatch(ESCAPES);
}
