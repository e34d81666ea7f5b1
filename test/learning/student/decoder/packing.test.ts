import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { targetLogProbs } from '../../../../src/learning/student/decoder/decoder.ts';
import { packExamples, rowsOf } from '../../../../src/learning/student/decoder/packing.ts';
import { farthest, goldenModel } from '../support.ts';

test('the prompt of a group is one run of rows; positions go on after it in every answer', () => {
  const example = {
    prompt: [7, 8, 9],
    completions: [
      [1, 2, 3],
      [4, 5],
    ],
  };
  const pack = packExamples([example]);
  expect([...pack.tokens]).toEqual([7, 8, 9, 1, 2, 4]);
  expect([...pack.positions]).toEqual([0, 1, 2, 3, 4, 3]);
  expect([...pack.rows]).toEqual([2, 3, 4, 2, 5]);
  expect([...pack.targets]).toEqual([1, 2, 3, 4, 5]);
  expect(rowsOf(example)).toBe(6);
});

test('a group gives the log-probabilities of separate sequences', async () => {
  const { config, weights } = await goldenModel('qwen2-tiny-tied');
  const logProbs = (examples: Parameters<typeof packExamples>[0]) =>
    tf.tidy(() => targetLogProbs(weights, config, packExamples(examples))).dataSync();
  const prompt = Array.from({ length: 140 }, (_, i) => (i * 37) % 320);
  const completions = [[5, 6, 7, 8], [9], [10, 11, 12]];
  const together = logProbs([
    { prompt: [1, 2], completions: [[3, 4]] },
    { prompt, completions },
  ]);
  const apart = [
    [
      [3, 4],
      [1, 2],
    ],
    ...completions.map((completion) => [completion, prompt]),
  ].map(([completion, its]) => logProbs([{ prompt: its!, completions: [completion!] }]));
  expect(
    farthest(
      together,
      apart.flatMap((values) => [...values]),
    ),
  ).toBeLessThan(1e-5);
});
