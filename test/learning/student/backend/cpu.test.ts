// The student is written in plain tfjs operations: without any kernel of ours it gives the same on tfjs's JavaScript backend.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { createReplica } from '../../../../src/learning/train/parallel/replica.ts';
import { goldenModel, norm } from '../support.ts';

test('loss, gradients and greedy decoding on the cpu backend', async () => {
  const { config, layout, parameters, golden } = await goldenModel('qwen2-tiny-tied');
  expect((await openBackend('cpu')).chosen).toBe('cpu');
  expect(tf.getBackend()).toBe('cpu');
  const replica = await createReplica(config, parameters, { backend: 'cpu' });
  const tokens = golden.input_ids.reduce((sum, ids) => sum + ids.length - 1, 0);
  const examples = golden.input_ids.map((ids) => ({
    prompt: ids.slice(0, 1),
    completions: [ids.slice(1)],
    weights: [1 / tokens],
  }));
  const gradient = new Float32Array(layout.size);
  const { loss } = await replica.gradients(examples, { temperature: 1, clipLow: 0, clipHigh: 0 }, gradient);
  expect(Math.abs(loss - golden.loss)).toBeLessThan(1e-5);
  expect(Math.abs(norm(gradient) - golden.grad_global_norm_before_clip)).toBeLessThan(1e-4);
  const [group] = await replica.rollouts({
    prompts: [golden.greedy.prompt],
    streams: ['s'],
    group: 1,
    maxNewTokens: 16,
    temperature: 0,
    stopTokens: [],
    tokens: 320,
  });
  expect(group![0]!.tokens).toEqual(golden.greedy.completion);
  replica.dispose();
});
