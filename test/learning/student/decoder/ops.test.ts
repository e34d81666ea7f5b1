// Hand-written derivatives against those of the composed forms.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { attention, biasTensors } from '../../../../src/learning/student/decoder/attention.ts';
import { rmsNorm, rope, rotaryTables, swiglu } from '../../../../src/learning/student/decoder/ops.ts';
import { packExamples } from '../../../../src/learning/student/decoder/packing.ts';
import { expectSame, filled, type Op } from '../support.ts';

beforeAll(() => openBackend('wasm'));

test('rmsNorm', () => {
  expectSame(
    (x, w) => rmsNorm(x as tf.Tensor2D, w as tf.Tensor1D, 1e-6),
    (x, w) => tf.mul(tf.mul(x!, tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), 1e-6))), w!),
    [filled([9, 16]), filled([16], 2)],
  );
});

test('swiglu', () => {
  expectSame(
    (g, u) => swiglu(g as tf.Tensor2D, u as tf.Tensor2D),
    (g, u) => tf.mul(tf.mul(g!, tf.sigmoid(g!)), u!),
    [filled([9, 16]), filled([9, 16], 2)],
  );
});

test('rope turns halves of heads by position · θ^(−2i/d)', () => {
  const tables = rotaryTables([0, 3, 7], [1, 100 ** -0.5]);
  expectSame(
    (x) => rope(x as tf.Tensor2D, tables),
    (x) => {
      const heads = tf.reshape(x!, [3, 2, 4]);
      const [first, second] = tf.split(heads, 2, -1) as [tf.Tensor, tf.Tensor];
      const turned = tf.concat([tf.neg(second), first], -1);
      return tf.reshape(tf.add(tf.mul(heads, tables.cos), tf.mul(turned, tables.sin)), [3, 8]);
    },
    [filled([3, 8])],
  );
  expect(tables.cos.dataSync()[4 + 1]).toBeCloseTo(Math.cos(3 * 100 ** -0.5), 6);
});

describe('attention', () => {
  const shape = { heads: 4, kvHeads: 2, headSize: 3 };

  /** One example, all heads, one mask, by the book. */
  function byTheBook(prompt: number, owners: number[]): Op {
    const rows = owners.length;
    const mask = owners.flatMap((mine, i) =>
      owners.map((other, j) => (j <= i && (other === -1 || other === mine) ? 0 : -1e9)),
    );
    expect(owners.slice(0, prompt).every((owner) => owner === -1)).toBe(true);
    return (q, k, v) => {
      const perHead = (x: tf.Tensor, heads: number) => tf.transpose(tf.reshape(x, [rows, heads, 3]), [1, 0, 2]);
      const repeat = (x: tf.Tensor) => tf.gather(perHead(x, 2), tf.tensor1d([0, 0, 1, 1], 'int32'));
      const scores = tf.div(tf.matMul(perHead(q!, 4), repeat(k!), false, true), Math.sqrt(3));
      const p = tf.softmax(tf.add(scores, tf.tensor2d(mask, [rows, rows])));
      return tf.reshape(tf.transpose(tf.matMul(p, repeat(v!)), [1, 0, 2]), [rows, 12]);
    };
  }

  test.each([
    ['a single sequence', 5, []],
    ['a prompt longer than a block of queries', 300, []],
    ['two answers that share a prompt and do not see each other', 4, [3, 2]],
  ])('%s', (_, prompt, answers) => {
    const tokens = (length: number): number[] => Array.from({ length }, (_, i) => i);
    // One token more an answer: the last one is never a row.
    const pack = packExamples([{ prompt: tokens(prompt), completions: answers.map((length) => tokens(length + 1)) }]);
    const owners = [...tokens(prompt).map(() => -1), ...answers.flatMap((length, i) => tokens(length).map(() => i))];
    const rows = owners.length;
    expectSame(
      (q, k, v) =>
        attention(
          q as tf.Tensor2D,
          k as tf.Tensor2D,
          v as tf.Tensor2D,
          pack.examples,
          biasTensors(pack.examples),
          shape,
          false,
        ),
      byTheBook(prompt, owners),
      [filled([rows, 12], 1), filled([rows, 6], 2), filled([rows, 6], 3)],
    );
  });
});
