import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/run/random.ts';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { targetLogProbs } from '../../../../src/learning/student/decoder/decoder.ts';
import { initStudent } from '../../../../src/learning/student/decoder/init.ts';
import { parameterLayout } from '../../../../src/learning/student/decoder/layout.ts';
import { packExamples } from '../../../../src/learning/student/decoder/packing.ts';
import { weightsFromFlat } from '../../../../src/learning/student/decoder/parameters.ts';

beforeAll(() => openBackend('wasm'));

const fresh = (seed: number) => initStudent(['x'], { size: 'tiny', vocabularySize: 300, contextLength: 128, seed });

test('a new student, never trained, expects what followed the last time', () => {
  const { config, parameters } = fresh(1);
  const weights = weightsFromFlat(parameterLayout(config), parameters);
  const random = createRandom(4);
  const once = Array.from({ length: 40 }, () => Math.floor(random() * 250));
  const pack = packExamples([{ prompt: once.slice(0, 1), completions: [[...once.slice(1), ...once]] }]);
  const logProbs = [...tf.tidy(() => targetLogProbs(weights, config, pack)).dataSync()];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first, again] = [mean(logProbs.slice(0, 39)), mean(logProbs.slice(43))];
  expect(again).toBeGreaterThan(first + 1);
});

test('the same seed makes the same student, another seed another', () => {
  expect(fresh(1).parameters).toEqual(fresh(1).parameters);
  expect(fresh(2).parameters).not.toEqual(fresh(1).parameters);
});

test('embedding rows are as many as the tokenizer has tokens, in eights', () => {
  const { config, tokenizer } = fresh(1);
  expect(config.vocabSize % 8).toBe(0);
  expect(config.vocabSize - tokenizer.size).toBeGreaterThanOrEqual(0);
  expect(config.vocabSize - tokenizer.size).toBeLessThan(8);
});
