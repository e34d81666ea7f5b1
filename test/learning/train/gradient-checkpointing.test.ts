// Recomputed activations change nothing but time and memory.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/run/random.ts';
import { parameterLayout } from '../../../src/learning/student/qwen2/layout.ts';
import { initialAdapter, type Lora, loraTargets } from '../../../src/learning/student/qwen2/lora.ts';
import { initialParameters } from '../../../src/learning/student/qwen2/parameters.ts';
import { createReplica, type TrainExample } from '../../../src/learning/train/parallel/replica.ts';
import type { AttemptFunction } from '../../../src/learning/train/policy/attempts.ts';
import { trainRlvr } from '../../../src/learning/train/rlvr.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { anInstance } from '../../support/instance.ts';
import { aTrajectory } from '../../support/trajectory.ts';
import { exactBackends, SLOW_GPU } from '../student/backend/backends.ts';
import { farthest, norm } from '../student/support.ts';
import { smallConfig, trainingBench } from './support.ts';

const config = { ...smallConfig, layers: 3, contextLength: 512 };
const adapters: { what: string; lora: Lora | undefined }[] = [
  { what: 'all weights', lora: undefined },
  { what: 'an adapter of all linear layers', lora: { r: 4, alpha: 8, targets: loraTargets } },
];
const ofSome: Lora = { r: 4, alpha: 8, targets: ['v_proj', 'down_proj'] };
const cases = [
  ...exactBackends.flatMap((backend) => adapters.map((adapter) => ({ backend, ...adapter }))),
  { backend: 'wasm' as const, what: 'an adapter of some', lora: ofSome },
];

/** A group that shares its prompt, a prompt of more than one block of queries, and a single token. */
const examples: TrainExample[] = [
  {
    prompt: [5, 6, 7],
    completions: [[8, 9, 10], [11], [12, 13]],
    weights: [0.1, 0.2, 0.1],
    advantages: [1, -0.5, 0.3],
  },
  { prompt: tokens(260), completions: [tokens(9)], weights: [0.05], advantages: [-1] },
  { prompt: [1], completions: [[2]], weights: [0.3], advantages: [0.5] },
];

function tokens(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * 7 + count) % 260);
}

test.each(cases)(
  '$what on $backend: the same loss and gradients, and no tensor left behind',
  async ({ backend, lora }) => {
    const base = initialParameters(config, parameterLayout(config), createRandom('weights'));
    const trained = lora ? initialAdapter(config, lora, createRandom('adapter')) : base;
    const step = async (gradientCheckpointing: boolean) => {
      const frozen = lora && { lora, parameters: base };
      const replica = await createReplica(config, trained, { backend, frozen, gradientCheckpointing });
      const gradient = new Float32Array(trained.length);
      const take = () => replica.gradients(examples, { temperature: 0.7, clipLow: 0.2, clipHigh: 0.2 }, gradient);
      await take();
      const before = tf.memory().numTensors;
      const { loss } = await take();
      expect(tf.memory().numTensors).toBe(before);
      replica.dispose();
      return { loss, gradient };
    };
    const [kept, made] = [await step(false), await step(true)];
    expect(norm(kept.gradient)).toBeGreaterThan(0.01);
    if (backend === 'wasm') expect(made).toEqual(kept);
    expect(Math.abs(made.loss - kept.loss)).toBeLessThanOrEqual(1e-6 * Math.abs(kept.loss));
    expect(farthest(made.gradient, kept.gradient)).toBeLessThanOrEqual(1e-6 * norm(kept.gradient));
  },
  SLOW_GPU,
);

describe('a run in threads comes to the same student', () => {
  const instances = ['ab', 'cd'].map((word) => anInstance({ instance_id: word, problem_statement: `1 ${word}` }));
  /** A student that is new gets no other reward that differs. */
  const reward = (text: string) => ({ reward: text.length, formatOk: true, similarity: 0 });
  const attempt: AttemptFunction = async ({ instance_id, problem_statement }, model, number) => {
    await model.query([{ role: 'user', content: problem_statement }]);
    return { trajectory: aTrajectory({ instance_id, attempt: number }), reward: number % 2 };
  };
  const policy = { batch: 2, rollouts: 4, maxNewTokens: 4, klCoef: 0.1 };

  test.each([
    { settings: { method: 'sft' }, weights: 'model.safetensors' },
    { settings: { method: 'srl', ...policy }, weights: 'model.safetensors' },
    { settings: { method: 'srl', ...policy, loraR: 4 }, weights: 'adapter_model.safetensors' },
    { settings: { method: 'rlvr', ...policy }, weights: 'model.safetensors' },
  ])('$settings', async ({ settings, weights }) => {
    const outcome = async (gradientCheckpointing: boolean): Promise<Buffer> => {
      const common = { updates: 2, lr: 1e-2, validationSize: 1, workers: 2, gradientCheckpointing };
      const { options, context } = await trainingBench({ ...settings, ...common });
      const train = { sft: trainSft, srl: trainSrl, rlvr: trainRlvr }[options.method];
      const { last } = await train(options, { ...context, reward, instances, attempt });
      return readFile(join(last, weights));
    };
    const [kept, made] = [await outcome(false), await outcome(true)];
    expect(made.equals(kept)).toBe(true);
  });
});

test('a run may be resumed with it', async () => {
  const { options, context, dir } = await trainingBench({ method: 'sft', updates: 4, lr: 1e-2, validationSize: 1 });
  const whole = await trainSft(options, { ...context, run: join(dir, 'whole') });
  const stop = new AbortController();
  const emit = (event: { type: string; text?: string }) => {
    if (event.text?.startsWith('update 2/4')) stop.abort();
  };
  await expect(trainSft(options, { ...context, emit, signal: stop.signal })).rejects.toThrow();
  const resumed = await trainSft({ ...options, gradientCheckpointing: true }, context);
  const [one, other] = await Promise.all([whole, resumed].map(({ last }) => readFile(join(last, 'model.safetensors'))));
  expect(one!.equals(other!)).toBe(true);
});
