// What a run does where there is nothing to learn from.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import type { StepRewardFunction } from '../../../src/learning/train/policy/validate.ts';
import { readCheckpoint } from '../../../src/learning/train/record/checkpoint.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { farthest } from '../student/support.ts';
import { rowsOf, smallStudent, trainingBench } from './support.ts';

const settings = { method: 'srl', batch: 2, rollouts: 2, maxRounds: 1, validationSize: 1, saveEvery: 0 };
const constant: StepRewardFunction = () => ({ reward: 0.7, formatOk: true, similarity: 0.7 });
const varying: StepRewardFunction = (text) => ({ reward: (text.length % 7) / 7, formatOk: true, similarity: 0 });

test('updates without an informative group change nothing; after three in a row the run ends, saved and with a warning', async () => {
  const { options, context, dir, notes } = await trainingBench({ ...settings, updates: 9, weightDecay: 0.1 });
  const result = await trainSrl(options, { ...context, reward: constant });
  expect(result).toMatchObject({ ending: 'uninformative', updates: 3 });
  const { config, parameters } = smallStudent();
  expect(farthest(await readParameters(result.last, config), parameters)).toBe(0);
  expect((await rowsOf(dir)).filter((row) => 'loss' in row)).toMatchObject(
    [1, 2, 3].map((update) => ({ update, loss: 0, grad_norm: 0, num_tokens: 0 })),
  );
  expect(notes.at(-2)).toMatch(/^Ended after 3 updates in a row without an informative group: .* --temperature/);
  expect(JSON.parse(await readFile(join(dir, 'run', 'result.json'), 'utf8')).ending).toBe('uninformative');
});

test('the same command goes on from there with prompts that it has not tried', async () => {
  const { options, context, dir } = await trainingBench({ ...settings, updates: 5 });
  await trainSrl(options, { ...context, reward: constant });
  const { position } = (await readCheckpoint(join(dir, 'run')))!.progress;
  expect(position).toBeGreaterThan(0);
  const result = await trainSrl(options, { ...context, reward: varying });
  expect(result).toMatchObject({ ending: 'complete', updates: 5 });
  const rows = (await rowsOf(dir)).filter((row) => 'loss' in row);
  expect(rows.map(({ update }) => update)).toEqual([1, 2, 3, 4, 5]);
  expect(rows.at(-1)!.grad_norm).toBeGreaterThan(0);
});

test('a batch without an informative group between others is passed over', async () => {
  const { options, context } = await trainingBench({ ...settings, updates: 3 });
  let calls = 0;
  // One held-out answer first; then four rollouts an update, or more where one of them has more groups drawn.
  const reward: StepRewardFunction = (text, expert) => (calls++ < 9 ? constant : varying)(text, expert);
  expect(await trainSrl(options, { ...context, reward })).toMatchObject({ ending: 'complete', updates: 3 });
});

test('groups of equal rewards are not used, whatever their rounding, with a threshold of 0', async () => {
  const { options, context } = await trainingBench({ ...settings, rollouts: 8, updates: 9, stdThreshold: 0 });
  // The mean of eight of these is not the same number.
  const reward: StepRewardFunction = () => ({ reward: 2 / 7 + 0.3, formatOk: true, similarity: 0 });
  expect(await trainSrl(options, { ...context, reward })).toMatchObject({ ending: 'uninformative', updates: 3 });
});

test('what was made before a failure is saved', async () => {
  const { options, context, dir } = await trainingBench({ ...settings, updates: 9 });
  let updates = 0;
  const reward: StepRewardFunction = (text, expert) => {
    if (updates === 4) throw new Error('the reward server is gone');
    return varying(text, expert);
  };
  const emit = (event: { type: string; text?: string }) => {
    if (event.text?.startsWith('update ') && !event.text.startsWith('update 0')) updates++;
  };
  await expect(trainSrl(options, { ...context, reward, emit })).rejects.toThrow('the reward server is gone');
  expect((await readCheckpoint(join(dir, 'run')))!.progress.update).toBe(4);
});
