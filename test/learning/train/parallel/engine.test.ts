import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../../../src/learning/train/parallel/engine.ts';
import type { TrainExample } from '../../../../src/learning/train/parallel/replica.ts';
import { farthest } from '../../student/support.ts';
import { smallStudent } from '../support.ts';

const student = smallStudent();
const plain = { temperature: 1, clipLow: 0.2, clipHigh: 0.2 };
const examples: TrainExample[] = Array.from({ length: 9 }, (_, i) => ({
  prompt: Array.from({ length: 3 + 5 * i }, (__, t) => (t * 7 + i) % 260),
  completions: [
    [1, 2 + i, 3],
    [4, 5],
  ],
  weights: [0.02, 0.03],
  advantages: [1, -0.5],
}));

let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(
    [1, 2].map((workers) => openEngine(student.config, student.parameters, { workers, backend: 'wasm' })),
  );
});
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

test('two threads give the gradient and the loss of one', async () => {
  const [one, two] = await Promise.all(engines.map((engine) => engine.gradients(examples, plain)));
  expect(farthest(two!.gradient, one!.gradient)).toBeLessThan(1e-6);
  expect(two!.stats.loss).toBeCloseTo(one!.stats.loss, 6);
  expect(two!.stats.tokens).toBe(45);
});

test('the gradient of a batch is the sum over its parts, however it is cut', async () => {
  const whole = (await engines[0]!.gradients(examples, plain)).gradient.slice();
  const sum = new Float32Array(whole.length);
  for (const part of [examples.slice(0, 2), examples.slice(2)]) {
    const { gradient } = await engines[0]!.gradients(part, plain);
    gradient.forEach((value, i) => {
      sum[i]! += value;
    });
  }
  expect(farthest(sum, whole)).toBeLessThan(1e-6);
});

test('fewer examples than threads', async () => {
  const [one, two] = await Promise.all(engines.map((engine) => engine.gradients(examples.slice(0, 1), plain)));
  expect(farthest(two!.gradient, one!.gradient)).toBe(0);
});

describe('rollouts', () => {
  const job = {
    prompts: examples.map(({ prompt }) => [...prompt]),
    streams: examples.map((_, i) => `s${i}`),
    group: 2,
    maxNewTokens: 6,
    temperature: 1,
    stopTokens: [],
    tokens: 260,
  };

  test('are the same on one thread and on two, in the order of the prompts', async () => {
    const [one, two] = await Promise.all(engines.map((engine) => engine.rollouts(job)));
    const tokens = (answers: typeof one) => answers!.map((group) => group.map((answer) => answer.tokens));
    expect(tokens(two)).toEqual(tokens(one));
  });

  test('agree with the log-probabilities of the training forward', async () => {
    const answers = await engines[1]!.rollouts(job);
    const batch = answers.map(
      (group, i): TrainExample => ({
        prompt: job.prompts[i]!,
        completions: group.map(({ tokens }) => tokens),
        weights: [1, 1],
        advantages: [1, 1],
        oldLogProbs: group.map(({ logProbs }) => logProbs),
      }),
    );
    const { stats } = await engines[1]!.gradients(batch, plain);
    expect(stats.maxDifference).toBeGreaterThan(0);
    expect(stats.maxDifference).toBeLessThan(1e-4);
  });
});

test('after a change of the weights `refresh` makes the threads follow', async () => {
  const engine = await openEngine(student.config, student.parameters, { workers: 1, backend: 'wasm' });
  const before = (await engine.gradients(examples, plain)).stats.nll;
  engine.parameters.fill(0);
  await engine.refresh();
  const after = (await engine.gradients(examples, plain)).stats;
  await engine.dispose();
  expect(after.nll).not.toBeCloseTo(before, 3);
  // All weights zero: every token is as likely as any other.
  expect(after.nll / after.tokens).toBeCloseTo(Math.log(student.config.vocabSize), 5);
});

test('what fails in a thread fails the call, with its message', async () => {
  const broken = examples.map((example) => ({ ...example, weights: null as unknown as number[] }));
  await expect(engines[1]!.gradients(broken, plain)).rejects.toMatchObject({ name: 'TypeError' });
});

test('a call to a thread that is gone fails instead of waiting for ever', async () => {
  const engine = await openEngine(student.config, student.parameters, { workers: 1, backend: 'wasm' });
  const call = engine.gradients(examples, plain);
  await engine.dispose();
  await expect(call).rejects.toThrow(/a thread ended/);
});
