// What generation holds in memory, as wasm allocates it.
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/run/random.ts';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import type { DecoderConfig } from '../../../../src/learning/student/checkpoint/config.ts';
import { parameterLayout } from '../../../../src/learning/student/decoder/layout.ts';
import { initialParameters, weightsFromFlat } from '../../../../src/learning/student/decoder/parameters.ts';
import { answerFloats, batchesOf, promptsAtOnce } from '../../../../src/learning/student/generate/batch-size.ts';
import { generate } from '../../../../src/learning/student/generate/generate.ts';
import { type WasmMemory, watchWasmMemory } from '../../../support/wasm-memory.ts';

const config = (layers: number): DecoderConfig => ({
  vocabSize: 300,
  hiddenSize: 64,
  intermediateSize: 256,
  layers,
  heads: 4,
  kvHeads: 1,
  headSize: 16,
  normEps: 1e-6,
  family: 'qwen2',
  ropeTheta: 1e4,
  tied: true,
  contextLength: 2048,
});

let memory: WasmMemory;
beforeAll(async () => {
  await openBackend('wasm');
  memory = watchWasmMemory();
});

/** The most that answering takes beside the weights. @unit bytes */
async function peakOf(layers: number, maxNewTokens: number): Promise<number> {
  const shape = config(layers);
  const layout = parameterLayout(shape);
  const weights = weightsFromFlat(layout, initialParameters(shape, layout, createRandom('weights')));
  const prompts = Array.from({ length: 4 }, (_, p) => Array.from({ length: 200 }, (_, i) => (i * 7 + p) % 300));
  const answer = () =>
    generate(weights, shape, prompts, {
      group: 2,
      maxNewTokens,
      temperature: 0,
      stopTokens: [],
      tokens: 300,
      random: () => createRandom(''),
    });
  // The first call makes what stays: transposed weights and constants.
  await answer();
  const before = memory.held;
  memory.peak = before;
  await answer();
  for (const weight of Object.values(weights)) weight.dispose();
  return memory.peak - before;
}

test.each([
  ['reading prompts', 1],
  ['writing answers', 8],
])('%s takes no more memory with more layers, but for their keys and values', async (_, maxNewTokens) => {
  const [few, many] = [await peakOf(2, maxNewTokens), await peakOf(10, maxNewTokens)];
  const cached = (layers: number) => 4 * 4 * answerFloats(config(layers), { prompt: 200, group: 2, maxNewTokens });
  expect(many - few).toBeLessThan(1.2 * (cached(10) - cached(2)));
});

test('as many prompts are answered at once as their caches and logits fit in a gigabyte, at most 64 answers', () => {
  const large = { ...config(24), vocabSize: 151_936, heads: 14, kvHeads: 2, headSize: 64 };
  const shape = { group: 1, maxNewTokens: 96 };
  expect(promptsAtOnce(config(2), { ...shape, prompt: 200 })).toBe(64);
  expect(promptsAtOnce(config(2), { prompt: 200, group: 8, maxNewTokens: 96 })).toBe(8);
  const atOnce = promptsAtOnce(large, { ...shape, prompt: 1500 });
  expect(atOnce).toBeLessThan(64);
  expect(4 * atOnce * answerFloats(large, { ...shape, prompt: 1500 })).toBeLessThanOrEqual(2 ** 30);
  expect(promptsAtOnce(large, { ...shape, prompt: 100_000 })).toBe(1);
});

test('prompts are answered from short to long, each once, in batches that their longest prompt allows', () => {
  const large = { ...config(24), vocabSize: 151_936, kvHeads: 2, headSize: 64 };
  const prompts = [9000, 10, 20_000, 20, 9000].map((length) => ({ length }) as number[]);
  expect(batchesOf(large, prompts, { group: 1, maxNewTokens: 96 })).toEqual([[1, 3, 0, 4], [2]]);
});
