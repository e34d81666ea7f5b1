import { cpSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { loadStudent } from '../../../src/learning/student/student.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { farthest } from '../student/support.ts';
import { echoSteps, rowsOf, smallStudent, trainingBench } from './support.ts';

test('learns to echo: the loss falls, held-out steps come out right, the best student is kept', async () => {
  const { options, context, dir, notes } = await trainingBench({
    method: 'sft',
    updates: 36,
    lr: 1e-2,
    validateEvery: 12,
  });
  const result = await trainSft(options, context);
  const metrics = await rowsOf(dir);
  const losses = metrics.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
  expect(losses).toHaveLength(36);
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 5);
  expect(result.validation!['eval/format_ok']).toBe(1);
  expect(result.best!.reward).toBeGreaterThan(0.9);
  // The start's as well.
  expect(metrics.filter((row) => 'eval/reward' in row)).toHaveLength(4);
  expect(notes.filter((note) => note.startsWith('update 36/36: loss'))).toHaveLength(1);
  const student = await loadStudent(result.student);
  expect(student.config.layers).toBe(2);
});

test('stopped and resumed equals uninterrupted', async () => {
  const settings = { method: 'sft', updates: 8, lr: 1e-2, saveEvery: 3, schedule: 'cosine', validationSize: 2 };
  const whole = await trainingBench(settings);
  const wholeResult = await trainSft(whole.options, whole.context);
  const cut = await trainingBench(settings);
  const stop = new AbortController();
  const emit = (event: { type: string; text?: string }) => {
    if (event.text?.startsWith('update 5/8')) stop.abort();
  };
  const options = { ...whole.options };
  const context = { ...cut.context, emit, signal: stop.signal };
  await expect(trainSft(options, context)).rejects.toThrow();
  const result = await trainSft(options, { ...cut.context });
  const { config } = smallStudent();
  const [a, b] = [await readParameters(wholeResult.last, config), await readParameters(result.last, config)];
  expect(farthest(b, a)).toBe(0);
  const losses = async (dir: string) => (await rowsOf(dir)).map(({ update, loss }) => [update, loss]);
  expect(await losses(cut.dir)).toEqual(await losses(whole.dir));
});

test('a run that was killed goes on from its last checkpoint, and its log holds no update twice', async () => {
  const { options, context, dir } = await trainingBench({ method: 'sft', updates: 4, saveEvery: 2 });
  const emit = (event: { type: string; text?: string }) => {
    // As a kill leaves it: update 3 is logged, the checkpoint is that of update 2.
    if (event.text?.startsWith('update 3/4')) cpSync(join(dir, 'run'), join(dir, 'killed'), { recursive: true });
  };
  await trainSft(options, { ...context, emit });
  await rm(join(dir, 'run'), { recursive: true });
  await rename(join(dir, 'killed'), join(dir, 'run'));
  await trainSft(options, context);
  const updates = (await rowsOf(dir)).flatMap(({ update: at, loss }) => (loss === undefined ? [] : [at]));
  expect(updates).toEqual([1, 2, 3, 4]);
});

test.each([
  [
    'nothing fits in the context',
    { maxNewTokens: 64 },
    echoSteps(),
    /None of 24 step instances can be trained on: 24 do not fit in 64 tokens/,
  ],
  ['no rows at all', {}, [], /steps\.jsonl: there are no rows in it/],
  [
    'neither a student nor --init',
    { student: undefined },
    echoSteps(),
    /Give either --student FOLDER to start from, or --init SIZE/,
  ],
])('refused in one line: %s', async (_, overrides, steps, message) => {
  const { options, context } = await trainingBench({ method: 'sft', updates: 1, ...overrides }, steps);
  await expect(trainSft(options, context)).rejects.toThrow(message);
});

test('a new student can be made from the data itself', async () => {
  const { options, context } = await trainingBench({
    method: 'sft',
    updates: 1,
    student: undefined,
    init: 'tiny',
    vocabulary: 262,
    context: 64,
  });
  const result = await trainSft(options, context);
  const student = await loadStudent(result.last);
  expect(student.config).toMatchObject({ hiddenSize: 128, layers: 4, contextLength: 64 });
});
