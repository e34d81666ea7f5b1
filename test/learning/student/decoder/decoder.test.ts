// The student against transformers: fixtures made by PyTorch in float32.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { headLogits, hiddenStates, targetLogProbs } from '../../../../src/learning/student/decoder/decoder.ts';
import { packExamples } from '../../../../src/learning/student/decoder/packing.ts';
import { generate } from '../../../../src/learning/student/generate/generate.ts';
import { adamw, adamwState, clipByGlobalNorm, decayGroups } from '../../../../src/learning/train/math/adamw.ts';
import { type Aggregation, grpoLoss, tokenWeights } from '../../../../src/learning/train/math/grpo-loss.ts';
import { createReplica, type TrainExample } from '../../../../src/learning/train/parallel/replica.ts';
import { exactBackends } from '../backend/backends.ts';
import { farthest, type GoldenModel, type GoldenName, goldenModel, goldenNames, norm } from '../support.ts';

const casesOf = (names: readonly GoldenName[]) =>
  exactBackends.flatMap((backend) => names.map((name) => ({ backend, name })));

describe.each(casesOf(goldenNames))('$name on $backend', ({ backend, name }) => {
  let model: GoldenModel;
  beforeAll(async () => {
    model = await goldenModel(name, backend);
    return () => tf.dispose(model.weights);
  });

  test('logits', async () => {
    const { config, weights, golden } = model;
    const pack = packExamples(golden.input_ids.map((prompt) => ({ prompt, completions: [] })));
    const logits = tf.tidy(() =>
      headLogits(weights, config, hiddenStates(weights, config, pack, { predictingOnly: false })),
    );
    const values = await logits.data();
    expect(farthest(values.subarray(0, config.vocabSize), golden.logits_row0_pos0)).toBeLessThan(1e-4);
    expect(farthest(values.subarray(-config.vocabSize), golden.logits_row1_last)).toBeLessThan(1e-4);
  });

  /** Every token after the first is predicted, and all weigh the same: the loss of a language model. */
  function languageModelBatch(): TrainExample[] {
    const tokens = model.golden.input_ids.reduce((sum, ids) => sum + ids.length - 1, 0);
    return model.golden.input_ids.map((ids) => ({
      prompt: ids.slice(0, 1),
      completions: [ids.slice(1)],
      weights: [1 / tokens],
    }));
  }

  test('loss and every gradient; one AdamW step after clipping', async () => {
    const { config, layout, golden } = model;
    const parameters = model.parameters.slice();
    const replica = await createReplica(config, parameters, { backend });
    const gradient = new Float32Array(layout.size);
    const { loss } = await replica.gradients(
      languageModelBatch(),
      { temperature: 1, clipLow: 0, clipHigh: 0 },
      gradient,
    );
    replica.dispose();
    expect(Math.abs(loss - golden.loss)).toBeLessThan(1e-5);
    for (const { name: parameter, offset, size } of layout.parameters) {
      const part = gradient.subarray(offset, offset + size);
      const { l2, first } = golden.grads[parameter]!;
      expect(Math.abs(norm(part) - l2) / l2, parameter).toBeLessThan(1e-4);
      expect(farthest(part, first), parameter).toBeLessThan(1e-5);
    }
    const before = clipByGlobalNorm(gradient, 1);
    expect(Math.abs(before - golden.grad_global_norm_before_clip)).toBeLessThan(1e-4);
    adamw(
      parameters,
      gradient,
      adamwState(layout.size),
      1e-3,
      // The older golden files decay every parameter.
      decayGroups(layout).map((group) => ({ ...group, decay: group.decay || name.startsWith('qwen2') })),
    );
    for (const { name: parameter, offset } of layout.parameters)
      expect(farthest(parameters.subarray(offset), golden.after_adamw[parameter]!), parameter).toBeLessThan(1e-5);
  });

  test('greedy decoding', async () => {
    const { config, weights, golden } = model;
    const settings = {
      group: 1,
      maxNewTokens: 16,
      temperature: 0,
      stopTokens: [],
      tokens: 320,
      random: () => Math.random,
    };
    const answers = await generate(weights, config, [golden.greedy.prompt], settings);
    expect(answers[0]![0]!.tokens).toEqual(golden.greedy.completion);
  });

  test('no tensor is left behind by a training step', async () => {
    const { config, layout, parameters } = model;
    const replica = await createReplica(config, parameters, { backend });
    const gradient = new Float32Array(layout.size);
    const step = () => replica.gradients(languageModelBatch(), { temperature: 1, clipLow: 0, clipHigh: 0 }, gradient);
    await step();
    const before = tf.memory().numTensors;
    await step();
    replica.refresh();
    expect(tf.memory().numTensors).toBe(before);
    replica.dispose();
  });
});

describe.each(casesOf(['qwen2-tiny-tied', 'qwen2-tiny-untied']))('groups: $name on $backend', ({ backend, name }) => {
  let model: GoldenModel;
  beforeAll(async () => {
    model = await goldenModel(name, backend);
    return () => tf.dispose(model.weights);
  });

  test('log-probabilities of completions that share their prompt', async () => {
    const { config, weights, golden } = model;
    const pack = packExamples([{ prompt: golden.grpo.prompt, completions: golden.grpo.completions }]);
    const got = await tf.tidy(() => targetLogProbs(weights, config, pack)).data();
    expect(farthest(got, golden.grpo.logprobs.flat())).toBeLessThan(1e-5);
  });

  test.each([
    ['grpo', 'sequence_mean'],
    ['dapo', 'token_mean'],
  ] as const)('GRPO loss and gradients, %s', async (aggregation: Aggregation, key) => {
    const { config, layout, golden, parameters } = model;
    const { grpo } = golden;
    const expected = grpo.losses[key];
    const cut = <T>(lists: T[][]): T[][] => lists.map((list, i) => list.slice(0, grpo.lengths[i]));
    const advantages = grpo['advantages_population_std_eps1e-6'];
    const pure = grpoLoss({
      logProbs: cut(grpo.logprobs),
      oldLogProbs: cut(grpo.old_logprobs),
      advantages,
      aggregation,
    });
    expect(Math.abs(pure.loss - expected.loss)).toBeLessThan(1e-4);
    const example: TrainExample = {
      prompt: grpo.prompt,
      completions: cut(grpo.completions),
      weights: tokenWeights(grpo.lengths, { aggregation, maxLength: 1 }),
      advantages,
      oldLogProbs: cut(grpo.old_logprobs),
    };
    const replica = await createReplica(config, parameters, { backend });
    const gradient = new Float32Array(layout.size);
    const { loss } = await replica.gradients([example], { temperature: 1, clipLow: 0.2, clipHigh: 0.2 }, gradient);
    replica.dispose();
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-4);
    expect(Math.abs(norm(gradient) - expected.grad_global_norm) / expected.grad_global_norm).toBeLessThan(1e-4);
    const q = layout.parameters.find(({ name }) => name === 'model.layers.0.self_attn.q_proj.weight')!;
    expect(farthest(gradient.subarray(q.offset), expected.q_proj0_first)).toBeLessThan(1e-4);
  });
});
