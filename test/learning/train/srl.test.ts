import { expect, test } from 'vitest';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { farthest } from '../student/support.ts';
import { echoSteps, rowsOf, smallStudent, trainingBench } from './support.ts';

const metricsOf = async (dir: string) => (await rowsOf(dir)).filter((row) => 'loss' in row);

/** Nothing is held out: the reward is asked about rollouts only. */
const trainOnly = echoSteps().filter(({ split }) => split === 'train');

/** A student that has the format and half the words: what SRL needs to begin with. */
async function warmStudent(): Promise<string> {
  const { options, context } = await trainingBench({ method: 'sft', updates: 12, lr: 1e-2, batch: 8 });
  return (await trainSft(options, context)).last;
}

test('the reward rises, and groups that teach nothing are dropped and replaced', async () => {
  const student = await warmStudent();
  const { options, context, dir } = await trainingBench({
    method: 'srl',
    updates: 14,
    lr: 3e-3,
    batch: 4,
    rollouts: 8,
    student,
  });
  const result = await trainSrl(options, context);
  const rows = await metricsOf(dir);
  const average = (part: typeof rows) => part.reduce((sum, row) => sum + row.reward!, 0) / part.length;
  expect(average(rows.slice(-5))).toBeGreaterThan(average(rows.slice(0, 5)) + 0.02);
  for (const row of rows) {
    expect(row['sampling/sampling_logp_difference/max']).toBeLessThan(1e-4);
    expect(row['clip_ratio/region_mean']).toBe(0);
  }
  expect(rows.some((row) => row['dynamic_sampling/groups_dropped']! > 0)).toBe(true);
  expect(rows.some((row) => row['dynamic_sampling/rounds']! > 1)).toBe(true);
  expect(result.tokens).toBeGreaterThan(0);
});

test('the metrics have the names of TRL', async () => {
  const { options, context, dir } = await trainingBench({ method: 'srl', updates: 1, batch: 2, validationSize: 1 });
  const reward = (text: string) => ({ reward: (text.length % 7) / 7, formatOk: true, similarity: 0 });
  await trainSrl(options, { ...context, reward });
  const [row] = await metricsOf(dir);
  const { 'completions/clipped_ratio': clipped, 'completions/mean_terminated_length': ended, epoch } = row!;
  expect(Object.keys(row!)).toEqual(
    expect.arrayContaining([
      ...['loss', 'grad_norm', 'learning_rate', 'entropy', 'num_tokens', 'step_time'],
      ...['reward', 'reward_std', 'frac_reward_zero_std', 'rewards/step_reward/mean', 'rewards/step_reward/std'],
      ...['mean', 'min', 'max'].flatMap((of) => [`completions/${of}_length`, `completions/${of}_terminated_length`]),
      ...['clip_ratio/low_mean', 'clip_ratio/high_mean', 'clip_ratio/region_mean'],
    ]),
  );
  expect(clipped === 1 ? ended : ended! - 1).toBeGreaterThanOrEqual(0);
  expect(epoch).toBeCloseTo(row!['dynamic_sampling/groups_drawn']! / 20, 10);
});

test('dynamic sampling keeps exactly the groups whose rewards differ enough, and fills the batch from further prompts', async () => {
  const { options, context, dir } = await trainingBench(
    {
      method: 'srl',
      updates: 1,
      batch: 3,
      rollouts: 2,
      maxRounds: 50,
    },
    trainOnly,
  );
  const seen: number[] = [];
  // Of five groups in a row the first four get equal rewards.
  const reward = () => {
    const call = seen.push(0) - 1;
    const group = Math.floor(call / 2);
    return { reward: group % 5 === 4 ? call % 2 : 0.5, formatOk: true, similarity: 0 };
  };
  await trainSrl(options, { ...context, reward });
  const [row] = await metricsOf(dir);
  const drawn = row!['dynamic_sampling/groups_drawn']!;
  expect(drawn).toBeGreaterThanOrEqual(15);
  expect(row!['dynamic_sampling/groups_dropped']).toBe(drawn - Math.floor(drawn / 5));
  expect(row!['dynamic_sampling/groups_surplus']).toBe(Math.floor(drawn / 5) - 3);
  expect(row!.frac_reward_zero_std).toBeCloseTo((drawn - Math.floor(drawn / 5)) / drawn, 10);
});

test('differences below the threshold count as none', async () => {
  const { options, context, dir } = await trainingBench({
    method: 'srl',
    updates: 1,
    batch: 2,
    rollouts: 2,
    stdThreshold: 0.01,
  });
  let call = 0;
  const reward = () => ({ reward: 0.5 + (call++ % 2) * 0.015, formatOk: true, similarity: 0 });
  await trainSrl(options, { ...context, reward });
  const row = (await rowsOf(dir)).find(({ update }) => update === 1);
  expect(row).toMatchObject({ grad_norm: 0, frac_reward_zero_std: 1 });
});

test('the cap on rounds trains on what there is', async () => {
  const { options, context, dir } = await trainingBench(
    {
      method: 'srl',
      updates: 1,
      batch: 8,
      rollouts: 2,
      maxRounds: 1,
    },
    trainOnly,
  );
  let call = 0;
  const reward = () => ({ reward: call++ < 2 ? call : 0, formatOk: true, similarity: 0 });
  await trainSrl(options, { ...context, reward });
  const [row] = await metricsOf(dir);
  expect(row!['dynamic_sampling/rounds']).toBe(1);
  expect(row!['dynamic_sampling/groups_drawn']! - row!['dynamic_sampling/groups_dropped']!).toBe(1);
});

test('stopped and resumed equals uninterrupted, sampling and all', async () => {
  const settings = {
    method: 'srl',
    updates: 4,
    batch: 2,
    rollouts: 4,
    saveEvery: 1,
    temperature: 1.5,
    validationSize: 2,
  };
  // A reward that a random student already varies in.
  const reward = (text: string) => ({ reward: (text.length % 7) / 7, formatOk: true, similarity: 0 });
  const whole = await trainingBench(settings);
  const wholeResult = await trainSrl(whole.options, { ...whole.context, reward });
  const cut = await trainingBench(settings);
  const stop = new AbortController();
  const emit = (event: { type: string; text?: string }) => {
    if (event.text?.startsWith('update 2/4')) stop.abort();
  };
  await expect(trainSrl(whole.options, { ...cut.context, reward, emit, signal: stop.signal })).rejects.toThrow();
  const result = await trainSrl(whole.options, { ...cut.context, reward });
  const { config } = smallStudent();
  expect(farthest(await readParameters(result.last, config), await readParameters(wholeResult.last, config))).toBe(0);
});
