import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/run/random.ts';
import { parameterLayout } from '../../../src/learning/student/decoder/layout.ts';
import { initialAdapter, type Lora } from '../../../src/learning/student/decoder/lora.ts';
import { loraTargets } from '../../../src/learning/student/decoder/lora-targets.ts';
import { initialParameters } from '../../../src/learning/student/decoder/parameters.ts';
import { createReplica, type TrainExample } from '../../../src/learning/train/parallel/replica.ts';
import { exactBackends, SLOW_GPU } from '../student/backend/backends.ts';
import { farthest, norm } from '../student/support.ts';
import { smallConfig } from './support.ts';

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
