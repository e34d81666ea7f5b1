// Each fault of tfjs's wasm backend that the student works around, and that the work-around is exact.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { farthest, filled } from '../support.ts';

beforeAll(() => openBackend('wasm'));

/** The product by elementwise operations alone. */
function slowProduct(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor {
  const swap = (x: tf.Tensor): tf.Tensor => {
    const axes = x.shape.map((_, i) => i);
    return tf.transpose(x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
  };
  const left = tf.expandDims(transposeA ? swap(a) : a, -1);
  const right = tf.expandDims(transposeB ? swap(b) : b, -3);
  return tf.sum(tf.mul(left, right), -2);
}

describe('products', () => {
  test.each([
    ['two matrices', [70, 40], [40, 50], false, false],
    ['Aᵀ·B', [40, 70], [40, 50], true, false],
    ['A·Bᵀ', [70, 40], [50, 40], false, true],
    ['Aᵀ·Bᵀ', [40, 70], [50, 40], true, true],
    ['a batch', [3, 70, 40], [3, 40, 50], false, false],
    ['a batch of A·Bᵀ', [2, 3, 70, 40], [2, 3, 50, 40], false, true],
    ['a batch of Aᵀ·B', [3, 40, 70], [3, 40, 50], true, false],
    ['many tiny slices', [8, 2, 4, 5], [8, 2, 5, 3], false, false],
    ['many tiny slices of A·Bᵀ', [8, 4, 5], [8, 3, 5], false, true],
  ] as const)('%s', (_, aShape, bShape, transposeA, transposeB) => {
    const [a, b] = [filled([...aShape] as [number, number], 1), filled([...bShape] as [number, number], 2)];
    const got = tf.matMul(a, b, transposeA, transposeB);
    const expected = slowProduct(a, b, transposeA, transposeB);
    expect(got.shape).toEqual(expected.shape);
    expect(farthest(got.dataSync(), expected.dataSync())).toBeLessThan(1e-4);
  });

  test('a right operand that dies takes what was derived from it along', () => {
    const backend = tf.backend() as BackendWasm;
    const a = filled([4, 64, 64]);
    const before = backend.numDataIds();
    for (let i = 0; i < 5; i++)
      tf.tidy(() => {
        const b = filled([4, 64, 64], i + 2);
        const expected = slowProduct(a, b, false, true);
        // Twice: the second time from what was kept.
        for (let again = 0; again < 2; again++)
          expect(farthest(tf.matMul(a, b, false, true).dataSync(), expected.dataSync())).toBeLessThan(1e-4);
      });
    expect(backend.numDataIds()).toBe(before);
  });

  test('a batch of transposed products costs no more than a few plain ones (stock: twenty times as much)', () => {
    const best = (run: () => tf.Tensor): number => {
      const times = Array.from({ length: 9 }, () => {
        const started = performance.now();
        tf.tidy(run).dispose();
        return performance.now() - started;
      });
      return Math.min(...times);
    };
    const [plainA, plainB] = [filled([1024, 128]), filled([128, 256])];
    const [a, b] = [filled([4, 256, 128]), filled([4, 256, 128])];
    const plain = best(() => tf.matMul(plainA, tf.add(plainB, 0)));
    expect(best(() => tf.matMul(a, tf.add(b, 0), false, true))).toBeLessThan(6 * plain);
  });
});

test('sums over leading axes', () => {
  const x = filled([5, 6, 7]);
  for (const keepDims of [false, true]) {
    const got = tf.sum(x, [0, 1], keepDims);
    const expected = tf.sum(tf.transpose(x, [2, 0, 1]), [1, 2]);
    expect(got.shape).toEqual(keepDims ? [1, 1, 7] : [7]);
    expect(farthest(got.dataSync(), expected.dataSync())).toBeLessThan(1e-5);
  }
});

test('slices: whole rows, part of a row, columns', () => {
  const x = tf.reshape(tf.range(0, 24), [4, 6]) as tf.Tensor2D;
  expect([...tf.slice2d(x, [1, 0], [2, 6]).dataSync()]).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  expect([...tf.slice2d(x, [2, 1], [1, 3]).dataSync()]).toEqual([13, 14, 15]);
  expect([...tf.slice2d(x, [0, 4], [4, 2]).dataSync()]).toEqual([4, 5, 10, 11, 16, 17, 22, 23]);
});

test('the gradient of gather adds up rows that were taken twice', () => {
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))))(filled([4, 3]));
  expect([...gradient.dataSync()]).toEqual([1, 1, 1, 0, 0, 0, 2, 2, 2, 0, 0, 0]);
});

test('oneHot of float32 is wrong on wasm: that is why log-probabilities cast it', () => {
  const wrong = tf.oneHot(tf.tensor1d([1], 'int32'), 3, 1, 0, 'float32').dataSync();
  expect(wrong[1]).not.toBe(1);
});

test('an identity shares the memory of its tensor and outlives it', () => {
  const backend = tf.backend() as BackendWasm;
  const x = filled([4, 5] as [number, number]);
  const values = x.dataSync().slice();
  const same = tf.clone(x);
  expect(backend.getMemoryOffset(same.dataId)).toBe(backend.getMemoryOffset(x.dataId));
  x.dispose();
  filled([4, 5] as [number, number], 3);
  expect(same.dataSync()).toEqual(values);
});
