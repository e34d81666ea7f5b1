import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { farthest } from '../student/support.ts';
import { rowsOf, smallStudent, trainingBench } from './support.ts';

test('--epochs sets the number of updates from the number of steps', async () => {
  const { options, context } = await trainingBench({ method: 'sft', epochs: 1.5, batch: 8, validationSize: 1 });
  // 24 steps, every sixth held out: 20 to train on.
  expect((await trainSft(options, context)).updates).toBe(4);
});

test('--epochs ends a run by the prompts that were drawn, also where most of them are not used', async () => {
  const settings = { method: 'srl', epochs: 2, batch: 4, rollouts: 2, maxRounds: 8, validationSize: 1 };
  const { options, context, dir } = await trainingBench(settings);
  // Of four groups in a row one is informative: an update draws some 16 prompts of the 20.
  let call = 0;
  const reward = () => {
    const group = Math.floor(call++ / 2);
    return { reward: group % 4 === 3 ? call % 2 : 0.5, formatOk: true, similarity: 0 };
  };
  const result = await trainSrl(options, { ...context, reward });
  const drawn = (await rowsOf(dir)).flatMap((row) => row['dynamic_sampling/groups_drawn'] ?? []);
  const total = drawn.reduce((sum, count) => sum + count, 0);
  expect(result).toMatchObject({ ending: 'complete', updates: drawn.length });
  expect(total).toBeGreaterThanOrEqual(40);
  expect(total - drawn.at(-1)!).toBeLessThan(40);
  expect(drawn.length).toBeLessThan(6);
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
  expect(result).toMatchObject({
    ending: 'patience',
    updates: 6,
    best: { update: 0 },
    student: join(dir, 'run', 'best'),
  });
});

test('the student that a run starts from is validated as well, and stays the best where no update makes it better', async () => {
  const { options, context, dir, notes } = await trainingBench({ method: 'sft', updates: 2, lr: 1, maxGradNorm: 0 });
  const result = await trainSft(options, context);
  const evals = (await rowsOf(dir)).filter((row) => 'eval/reward' in row);
  expect(evals.map(({ update }) => update)).toEqual([0, 2]);
  expect(result.best).toEqual({ update: 0, reward: evals[0]!['eval/reward'], exact: evals[0]!['eval/exact'] });
  expect(result.validation!['eval/reward']).toBe(evals[1]!['eval/reward']);
  expect(notes.at(-1)).toMatch(/^No validation was better than that of the student that the run started from/);
  const { config, parameters } = smallStudent();
  expect(farthest(await readParameters(result.student, config), parameters)).toBe(0);
});

test('a run that is called again at its end, or was killed while it validated, validates no update twice', async () => {
  const { options, context, dir } = await trainingBench({ method: 'sft', updates: 4, saveEvery: 2, validateEvery: 4 });
  const evaluated = async (name?: string) => {
    const rows = await rowsOf(dir, name);
    return rows.filter((row) => name !== undefined || 'eval/reward' in row).map(({ update }) => update);
  };
  const killed = join(dir, 'killed');
  const emit = (event: { type: string; text?: string }) => {
    // As a kill leaves it: validated and logged, but not in the checkpoint.
    if (event.text?.startsWith('update 4: ')) cpSync(join(dir, 'run'), killed, { recursive: true });
  };
  const first = await trainSft(options, { ...context, emit });
  const again = await trainSft(options, context);
  expect(again).toEqual(first);
  expect(await evaluated()).toEqual([0, 4]);
  rmSync(join(dir, 'run'), { recursive: true });
  renameSync(killed, join(dir, 'run'));
  const resumed = await trainSft(options, context);
  expect([resumed.best, resumed.validation]).toEqual([first.best, first.validation]);
  expect(await evaluated()).toEqual([0, 4]);
  expect(await evaluated('samples.jsonl')).toEqual([0, 0, 0, 0, 4, 4, 4, 4]);
});

test('answers of every validation are kept, with the action they were compared with and their reward', async () => {
  const { options, context, dir } = await trainingBench({ method: 'sft', updates: 2, validateEvery: 1 });
  await trainSft(options, context);
  const samples = await rowsOf(dir, 'samples.jsonl');
  expect(samples.map(({ update }) => update)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
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
  expect(await rowsOf(dir, 'not-finite.jsonl')).toHaveLength(4);
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
    const kls = (await rowsOf(dir)).flatMap(({ kl }) => (kl === undefined ? [] : [kl]));
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
    const row = (await rowsOf(dir)).find(({ update }) => update === 1);
    expect(row!['completions/clipped_ratio']).toBe(1);
    return row!.grad_norm;
  };
  expect(await normOf(true)).toBe(0);
  expect(await normOf(false)).toBeGreaterThan(0);
});

test('weights that are not finite stop the run before they are saved', async () => {
  const settings = { method: 'sft', updates: 5, batch: 4, lr: 1e39, schedule: 'linear', warmup: 1, saveEvery: 1 };
  const { options, context, dir } = await trainingBench({ ...settings, weightDecay: 1 });
  await expect(trainSft(options, context)).rejects.toThrow(
    /^update 1: the weights after it are not finite\. What it was made of/,
  );
  expect(await rowsOf(dir, 'not-finite.jsonl')).toHaveLength(4);
  expect(existsSync(join(dir, 'run', 'checkpoint'))).toBe(false);
});
