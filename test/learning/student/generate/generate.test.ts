import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/run/random.ts';
import { targetLogProbs } from '../../../../src/learning/student/decoder/decoder.ts';
import { packExamples } from '../../../../src/learning/student/decoder/packing.ts';
import { type GenerateOptions, generate } from '../../../../src/learning/student/generate/generate.ts';
import { chooseToken } from '../../../../src/learning/student/generate/sampling.ts';
import { farthest, type GoldenModel, goldenModel } from '../support.ts';

let model: GoldenModel;
beforeAll(async () => {
  model = await goldenModel('qwen2-tiny-untied');
});

const prompts = [[3, 148, 241, 169, 197, 26], [5], Array.from({ length: 60 }, (_, i) => (i * 31) % 320), [9, 8, 7]];
const run = (which: number[][], options: Partial<GenerateOptions> = {}) =>
  generate(model.weights, model.config, which, {
    group: 1,
    maxNewTokens: 12,
    temperature: 0,
    stopTokens: [],
    tokens: 320,
    random: (prompt, answer) => createRandom(`${prompt}/${answer}`),
    ...options,
  });

test('greedy answers to prompts of unequal length are those to each alone', async () => {
  const together = (await run(prompts)).map(([answer]) => answer!.tokens);
  const alone = [];
  for (const prompt of prompts) alone.push((await run([prompt]))[0]![0]!.tokens);
  expect(together).toEqual(alone);
});

test('sampled log-probabilities are those of the training forward', async () => {
  const answers = await run(prompts, { group: 3, temperature: 0.8 });
  const pack = packExamples(
    prompts.map((prompt, i) => ({ prompt, completions: answers[i]!.map(({ tokens }) => tokens) })),
  );
  const expected = tf.tidy(() => targetLogProbs(model.weights, model.config, pack, { temperature: 0.8 })).dataSync();
  const got = answers.flat().flatMap(({ logProbs }) => logProbs);
  expect(farthest(got, expected)).toBeLessThan(1e-4);
});

test('a seed gives the same answers again, another seed others, and every answer of a group its own', async () => {
  const sample = async (seed: number) => {
    const answers = await run(prompts, {
      group: 2,
      temperature: 1,
      random: (p, a) => createRandom(`${seed}/${p}/${a}`),
    });
    return answers.flat().map(({ tokens }) => tokens.join());
  };
  const first = await sample(1);
  expect(await sample(1)).toEqual(first);
  expect(await sample(2)).not.toEqual(first);
  expect(new Set(first).size).toBe(8);
});

test('an answer ends with its stop token, the others of its group go on', async () => {
  const free = (await run(prompts, { group: 3, temperature: 1.2 })).flat();
  const stop = free[4]!.tokens[3]!;
  const stopped = (await run(prompts, { group: 3, temperature: 1.2, stopTokens: [stop] })).flat();
  stopped.forEach((answer, i) => {
    const at = free[i]!.tokens.indexOf(stop);
    expect(answer.stopped).toBe(at !== -1);
    expect(answer.tokens).toEqual(at === -1 ? free[i]!.tokens : free[i]!.tokens.slice(0, at + 1));
    expect(answer.logProbs).toHaveLength(answer.tokens.length);
  });
  expect(stopped.some(({ stopped: ended }) => ended)).toBe(true);
  expect(stopped.some(({ stopped: ended }) => !ended)).toBe(true);
});

test('rows of the embedding above the tokenizer are never chosen', async () => {
  for (const { tokens } of (await run(prompts, { group: 4, temperature: 2, tokens: 40 })).flat())
    expect(Math.max(...tokens)).toBeLessThan(40);
});

test('no tensor is left behind', async () => {
  const answers = await run(prompts, { group: 2 });
  const before = tf.memory().numTensors;
  await run(prompts, { group: 2, temperature: 1, stopTokens: [answers[0]![0]!.tokens[2]!] });
  expect(tf.memory().numTensors).toBe(before);
});

test('no prompts, no answers', async () => {
  expect(await run([])).toEqual([]);
});

test('a token is drawn in proportion to softmax(logits / temperature)', () => {
  const logits = Float32Array.from([0, Math.log(3), -Infinity, 0]);
  const draws = Array.from(
    { length: 1000 },
    (_, i) => chooseToken(logits, 4, { temperature: 1 }, (i + 0.5) / 1000).token,
  );
  expect([0, 1, 2, 3].map((token) => draws.filter((draw) => draw === token).length)).toEqual([200, 600, 0, 200]);
  expect(chooseToken(logits, 4, { temperature: 1 }, 0.5).logProb).toBeCloseTo(Math.log(0.6), 6);
  expect(chooseToken(logits, 4, { temperature: 0.5 }, 0.5).logProb).toBeCloseTo(Math.log(9 / 11), 6);
  expect(chooseToken(logits, 4, { temperature: 0 }, 0.999).token).toBe(1);
});

test.each([
  ['the two likeliest', { topK: 2 }, [0, 600, 0, 400]],
  ['those that make up 70 %', { topP: 0.7 }, [0, 600, 0, 400]],
  ['those that make up 95 %: the one that crosses it counts', { topP: 0.95 }, [100, 540, 0, 360]],
  ['never fewer than one', { topP: 0.01 }, [0, 1000, 0, 0]],
  ['top-k first, then top-p of what is left', { topK: 2, topP: 0.5 }, [0, 1000, 0, 0]],
] as const)('a token is drawn from %s', (_, cut, expected) => {
  const logits = Float32Array.from([0.1, 0.54, 0, 0.36], (share) => Math.log(share));
  const choose = (at: number) => chooseToken(logits, 4, { temperature: 1, ...cut }, at);
  const draws = Array.from({ length: 1000 }, (_, i) => choose((i + 0.5) / 1000).token);
  expect([0, 1, 2, 3].map((token) => draws.filter((draw) => draw === token).length)).toEqual(expected);
  expect(choose(0.5).logProb).toBeCloseTo(Math.log(0.54), 6);
});
