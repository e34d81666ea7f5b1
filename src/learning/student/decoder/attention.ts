// Causal grouped-query attention over packed examples, block of queries by block of queries, with its derivative written out:
//   S = QKᵀ/√d + bias,  P = softmax(S),  O = PV
//   dV = PᵀdO,  dP = dO·Vᵀ,  dS = P∘(dP − rowsum(dP∘P)),  dQ = dS·K/√d,  dK = dSᵀ·Q/√d
import * as tf from '@tensorflow/tfjs-core';
import { customGradTidy } from './ops.ts';
import type { PackedExample } from './packing.ts';

export interface HeadShape {
  heads: number;
  kvHeads: number;
  headSize: number;
}

/** Mask tensors of a pack, made once and used by every layer: one a block, example after example. */
export const biasTensors = (examples: readonly PackedExample[]): tf.Tensor2D[] =>
  examples.flatMap(({ blocks }) => blocks.map(({ bias, from, to, keys }) => tf.tensor2d(bias, [to - from, keys])));

/**
 * Queries [n, heads·d] over keys and values [rows, kvHeads·d]. With `predictingOnly`, the queries are only those rows of each example
 * from `firstPredicting` on (the last layer needs no others).
 */
export function attention(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  values: tf.Tensor2D,
  examples: readonly PackedExample[],
  biases: readonly tf.Tensor2D[],
  shape: HeadShape,
  predictingOnly: boolean,
): tf.Tensor2D {
  const plan = planBlocks(examples, biases, predictingOnly);
  const scale = shape.headSize ** -0.5;
  const op = customGradTidy((...args) => {
    const [q, k, v, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const [probabilities, outputs]: tf.Tensor[][] = [[], []];
    for (const block of plan) {
      const [p, mixed] = tf.tidy(() => {
        const [qs, ks, vs] = [queryHeads(q, block, shape), keyHeads(k, block, shape), keyHeads(v, block, shape)];
        const scores = tf.mul(tf.matMul(qs, ks, false, true), scale);
        const p = tf.softmax(tf.add(tf.reshape(scores, [shape.heads, block.count, block.keys]), block.bias));
        return [p, mergeHeads(tf.matMul(grouped(p, shape), vs), block.count, shape)];
      });
      probabilities!.push(p!);
      outputs!.push(mixed!);
    }
    save([q, k, v, ...probabilities!]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [sq, sk, sv, ...ps] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, ...tf.Tensor3D[]];
      const [dqs, dks, dvs]: tf.Tensor2D[][] = [[], [], []];
      plan.forEach((block, index) => {
        const [dq, dk, dv] = tf.tidy(() => {
          const [qs, ks, vs] = [queryHeads(sq, block, shape), keyHeads(sk, block, shape), keyHeads(sv, block, shape)];
          const p = grouped(ps[index]!, shape);
          const dOut = queryHeads(dy as tf.Tensor2D, block, shape);
          const dP = tf.matMul(dOut, vs, false, true);
          const weighted = tf.mul(dP, p);
          const dS = tf.mul(tf.sub(weighted, tf.mul(p, tf.sum(weighted, -1, true))), scale);
          return [
            mergeHeads(tf.matMul(dS, ks), block.count, shape),
            mergeKeyHeads(tf.matMul(dS, qs, true, false), block),
            mergeKeyHeads(tf.matMul(p, dOut, true, false), block),
          ];
        });
        dqs!.push(dq as tf.Tensor2D);
        dks!.push(dk as tf.Tensor2D);
        dvs!.push(dv as tf.Tensor2D);
      });
      return [tf.concat(dqs!), sumPerExample(dks!, plan), sumPerExample(dvs!, plan)];
    };
    return { value: tf.concat(outputs!), gradFunc };
  });
  return op(queries, keys, values) as tf.Tensor2D;
}

interface Block {
  /** Where the block's queries and its example's keys start in the packed rows. */
  queryStart: number;
  keyStart: number;
  count: number;
  keys: number;
  /** Rows of the example that come after the block's keys. */
  rest: number;
  bias: tf.Tensor2D;
  example: number;
}

function planBlocks(
  examples: readonly PackedExample[],
  biases: readonly tf.Tensor2D[],
  predictingOnly: boolean,
): Block[] {
  let queryStart = 0;
  let next = 0;
  return examples.flatMap(({ start, rows, firstPredicting, blocks }, example) =>
    blocks.flatMap(({ from, to, keys }) => {
      const bias = biases[next++]!;
      if (predictingOnly && from < firstPredicting) return [];
      const count = to - from;
      queryStart += count;
      return [{ queryStart: queryStart - count, keyStart: start, count, keys, rest: rows - keys, bias, example }];
    }),
  );
}

/** [kvHeads, (heads/kvHeads)·count, d]: query heads that share a key head lie together. */
function queryHeads(q: tf.Tensor2D, block: Block, { heads, kvHeads, headSize }: HeadShape): tf.Tensor3D {
  const rows = tf.slice2d(q, [block.queryStart, 0], [block.count, heads * headSize]);
  const split = tf.transpose(tf.reshape(rows, [block.count, heads, headSize]), [1, 0, 2]);
  return tf.reshape(split, [kvHeads, -1, headSize]);
}

function keyHeads(k: tf.Tensor2D, block: Block, { kvHeads, headSize }: HeadShape): tf.Tensor3D {
  const rows = tf.slice2d(k, [block.keyStart, 0], [block.keys, kvHeads * headSize]);
  return tf.transpose(tf.reshape(rows, [block.keys, kvHeads, headSize]), [1, 0, 2]) as tf.Tensor3D;
}

const grouped = (p: tf.Tensor, { kvHeads }: HeadShape): tf.Tensor3D =>
  tf.reshape(p, [kvHeads, -1, p.shape.at(-1)!]) as tf.Tensor3D;

function mergeHeads(x: tf.Tensor, count: number, { heads, headSize }: HeadShape): tf.Tensor2D {
  const rows = tf.transpose(tf.reshape(x, [heads, count, headSize]), [1, 0, 2]);
  return tf.reshape(rows, [count, heads * headSize]) as tf.Tensor2D;
}

/** Back to rows of the whole example: zeros for the keys that the block could not see. */
function mergeKeyHeads(x: tf.Tensor, block: Block): tf.Tensor2D {
  const rows = tf.reshape(tf.transpose(x, [1, 0, 2]), [block.keys, -1]) as tf.Tensor2D;
  return block.rest === 0
    ? rows
    : tf.pad2d(rows, [
        [0, block.rest],
        [0, 0],
      ]);
}

function sumPerExample(parts: readonly tf.Tensor2D[], plan: readonly Block[]): tf.Tensor2D {
  const sums: tf.Tensor2D[] = [];
  parts.forEach((part, index) => {
    const { example } = plan[index]!;
    sums[example] = sums[example] === undefined ? part : tf.add(sums[example], part);
  });
  return tf.concat(sums);
}
