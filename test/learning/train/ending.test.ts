import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { trainingBench } from './support.ts';

const rowsOf = async (file: string): Promise<Record<string, unknown>[]> =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('--epochs sets the number of updates from the number of steps', async () => {
  const { options, context } = await trainingBench({ method: 'sft', epochs: 1.5, batch: 8, validationSize: 1 });
  // 24 steps, every sixth held out: 20 to train on.
  expect((await trainSft(options, context)).updates).toBe(4);
});

test('--patience stops a run that no longer gets better, and its best student is what it gives', async () => {
  const { options, context, dir } = await trainingBench({
    method: 'sft',
    updates: 40,
    lr: 1e-9,
    validateEvery: 2,
    patience: 3,
  });
  const result = await trainSft(options, context);
  expect(result).toMatchObject({ updates: 8, best: { update: 2 }, student: join(dir, 'run', 'best') });
});

test('answers of every validation are kept, with the action they were compared with and their reward', async () => {
  const { options, context, dir } = await trainingBench({ method: 'sft', updates: 2, validateEvery: 1 });
  await trainSft(options, context);
  const samples = await rowsOf(join(dir, 'run', 'samples.jsonl'));
  expect(samples.map(({ update }) => update)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  expect(samples[0]).toMatchObject({ id: 't5#0', expert: expect.stringContaining('kl'), reward: expect.any(Number) });
});

test('a gradient that is not finite stops the run: its steps are written, the last checkpoint stays', async () => {
  const { options, context, dir } = await trainingBench({
    method: 'sft',
    updates: 5,
    batch: 4,
    lr: 1e30,
    saveEvery: 1,
    maxGradNorm: 0,
  });
  await expect(trainSft(options, context)).rejects.toThrow(
    /^update \d: the gradient is not finite\. What it was made of/,
  );
  expect(await rowsOf(join(dir, 'run', 'not-finite.jsonl'))).toHaveLength(4);
  expect(
    JSON.parse(await readFile(join(dir, 'run', 'checkpoint', 'trainer_state.json'), 'utf8')).update,
  ).toBeGreaterThan(0);
});

test('a KL penalty holds the student to where it started', async () => {
  const reward = (text: string) => ({ reward: (text.length % 7) / 7, formatOk: true, similarity: 0 });
  const lastKl = async (klCoef: number): Promise<number> => {
    const { options, context, dir } = await trainingBench({
      method: 'srl',
      updates: 6,
      batch: 2,
      rollouts: 4,
      lr: 3e-3,
      klCoef,
      validationSize: 1,
    });
    await trainSrl(options, { ...context, reward });
    const kls = (await rowsOf(join(dir, 'run', 'metrics.jsonl'))).flatMap(({ kl }) => (kl === undefined ? [] : [kl]));
    expect(kls[0]).toBeCloseTo(0, 5);
    return kls.at(-1) as number;
  };
  expect(await lastKl(10)).toBeLessThan((await lastKl(1e-6)) / 2);
});

test('answers that never ended teach nothing when they are masked', async () => {
  const reward = (text: string) => ({ reward: (text.length % 7) / 7, formatOk: true, similarity: 0 });
  // So short that hardly an answer of a student who knows nothing ends.
  const settings = { method: 'srl', updates: 1, batch: 2, rollouts: 4, maxNewTokens: 2, validationSize: 1 };
  const normOf = async (maskTruncated: boolean): Promise<unknown> => {
    const { options, context, dir } = await trainingBench({ ...settings, maskTruncated });
    await trainSrl(options, { ...context, reward });
    const [row] = await rowsOf(join(dir, 'run', 'metrics.jsonl'));
    expect(row!['completions/clipped_ratio']).toBe(1);
    return row!.grad_norm;
  };
  expect(await normOf(true)).toBe(0);
  expect(await normOf(false)).toBeGreaterThan(0);
});
