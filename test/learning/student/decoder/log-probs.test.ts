// Log-probabilities under a head: against the book's, and in parts against whole.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { headLogProbs, tokenLogProbs } from '../../../../src/learning/student/decoder/log-probs.ts';
import { expectSame, filled } from '../support.ts';

beforeAll(() => openBackend('wasm'));

test('tokenLogProbs is log softmax at the targets', () => {
  const targets = Int32Array.from([3, 0, 11]);
  const mask = tf.cast(tf.oneHot(tf.tensor1d(targets, 'int32'), 12), 'float32');
  expectSame(
    (x) => tokenLogProbs(x as tf.Tensor2D, targets),
    (x) => tf.sum(tf.mul(tf.sub(x!, tf.logSumExp(x!, -1, true)), mask), -1),
    [tf.mul(filled([3, 12]), 4)],
  );
});

const targets = Int32Array.from([3, 0, 11, 7, 7]);
const hidden = () => filled([5, 8]) as tf.Tensor2D;
const weight = () => filled([12, 8], 2) as tf.Tensor2D;

test.each([
  ['two rows at once', 24],
  ['one row at once', 1],
  ['all rows at once', 60],
])('of a trained head: %s', (_, logitsAtOnce) => {
  const under = (atOnce: number) => (x: tf.Tensor, w: tf.Tensor) =>
    headLogProbs(x as tf.Tensor2D, { weight: w as tf.Tensor2D, trained: true, temperature: 0.7 }, targets, atOnce);
  expectSame(under(logitsAtOnce), under(1000), [hidden(), weight()]);
});

test('of a frozen head, whose derivative nobody takes', () => {
  const head = { weight: weight(), trained: false, temperature: 1.3 };
  const under = (atOnce: number) => (x: tf.Tensor) => headLogProbs(x as tf.Tensor2D, head, targets, atOnce);
  expectSame(under(24), under(1000), [hidden()]);
});

test('parts leave nothing behind', () => {
  const [x, w] = [hidden(), weight()];
  const count = () => tf.memory().numTensors;
  const before = count();
  const head = { trained: true, temperature: 1 };
  tf.tidy(() => {
    tf.grads((a, b) => headLogProbs(a as tf.Tensor2D, { ...head, weight: b as tf.Tensor2D }, targets, 24))([x, w]);
  });
  expect(count()).toBe(before);
});
