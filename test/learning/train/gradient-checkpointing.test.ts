// Recomputed activations change nothing but time and memory.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AttemptFunction } from '../../../src/learning/train/policy/attempts.ts';
import { trainRlvr } from '../../../src/learning/train/rlvr.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { anInstance } from '../../support/instance.ts';
import { aTrajectory } from '../../support/trajectory.ts';
import { trainingBench } from './support.ts';

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
