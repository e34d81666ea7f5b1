// The pieces of a layer that gain from a hand-written derivative: fewer operations on the tape and less memory than the composed
// forms. All take and give packed rows (no batch axis, no padding). Formulas: transformers' `modeling_qwen2`.
import * as tf from '@tensorflow/tfjs-core';

type Saver = tf.GradSaveFunc;

/** `tf.customGrad`, but what the derivative makes on its way is freed at once: tfjs keeps that until the whole step is over. */
export const customGradTidy = (op: Parameters<typeof tf.customGrad>[0]): ReturnType<typeof tf.customGrad> =>
  tf.customGrad((...args) => {
    const { value, gradFunc } = op(...args);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => gradFunc(dy, saved)) };
  });

/** x / sqrt(mean(x²) + eps) · weight, row by row. */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor1D, eps: number): tf.Tensor2D {
  const op = customGradTidy((...args) => {
    const [rows, scale, save] = args as [tf.Tensor2D, tf.Tensor1D, Saver];
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.mul(rows, rows), -1, true), eps));
    const unit = tf.mul(rows, inverse);
    save([unit, inverse, scale]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [u, r, w] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const dUnit = tf.mul(dy, w);
      const along = tf.mul(u, tf.mean(tf.mul(dUnit, u), -1, true));
      return [tf.mul(tf.sub(dUnit, along), r), tf.sum(tf.mul(dy, u), 0)];
    };
    return { value: tf.mul(unit, scale), gradFunc };
  });
  return op(x, weight) as tf.Tensor2D;
}

/** silu(gate) · up, silu(g) = g·σ(g). */
export function swiglu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  const op = customGradTidy((...args) => {
    const [g, u, save] = args as [tf.Tensor2D, tf.Tensor2D, Saver];
    const sigmoid = tf.sigmoid(g);
    const silu = tf.mul(g, sigmoid);
    save([u, sigmoid, silu]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [upper, s, a] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const gradient = tf.add(s, tf.sub(a, tf.mul(a, s)));
      return [tf.mul(tf.mul(dy, upper), gradient), tf.mul(dy, a)];
    };
    return { value: tf.mul(silu, u), gradFunc };
  });
  return op(gate, up) as tf.Tensor2D;
}

/** cos and sin of position · frequency for packed rows, both halves of a head: [rows, 1, d]. */
export interface RotaryTables {
  cos: tf.Tensor3D;
  sin: tf.Tensor3D;
  /** [d, d]: x · turn = [-x₂, x₁]; a product is faster than slicing columns. */
  turn: tf.Tensor2D;
}

/** `frequencies`: radians per position, one for each pair of a head's dimensions. */
export function rotaryTables(positions: ArrayLike<number>, frequencies: readonly number[]): RotaryTables {
  const rows = positions.length;
  const half = frequencies.length;
  const d = 2 * half;
  const [cos, sin] = [new Float32Array(rows * d), new Float32Array(rows * d)];
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(positions[row]! * frequencies[i]!);
      cos[row * d + i] = cos[row * d + i + half] = Math.cos(angle);
      sin[row * d + i] = sin[row * d + i + half] = Math.sin(angle);
    }
  }
  const turn = new Float32Array(d * d);
  for (let i = 0; i < half; i++) {
    turn[(i + half) * d + i] = -1;
    turn[i * d + i + half] = 1;
  }
  return { cos: tf.tensor3d(cos, [rows, 1, d]), sin: tf.tensor3d(sin, [rows, 1, d]), turn: tf.tensor2d(turn, [d, d]) };
}

/** Rotary position embedding (half-split) of packed heads [rows, heads·d]. Its derivative turns back by the same angle. */
export function rope(x: tf.Tensor2D, tables: RotaryTables): tf.Tensor2D {
  const op = customGradTidy((...args) => {
    const [rows, save] = args as [tf.Tensor2D, Saver];
    // Saved because the forward pass's scope disposes of what it does not return.
    save([tables.cos, tables.sin, tables.turn]);
    const gradFunc = (dy: tf.Tensor, [cos, sin, turn]: tf.Tensor[]) => [
      rotate(dy, { cos, sin, turn } as RotaryTables, tf.sub),
    ];
    return { value: rotate(rows, tables, tf.add), gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

function rotate(rows: tf.Tensor, { cos, sin, turn }: RotaryTables, combine: typeof tf.add): tf.Tensor {
  const d = turn.shape[0];
  const heads = tf.reshape(rows, [rows.shape[0]!, -1, d]);
  const turned = tf.reshape(tf.matMul(tf.reshape(rows, [-1, d]), turn), heads.shape);
  return tf.reshape(combine(tf.mul(heads, cos), tf.mul(turned, sin)), rows.shape);
}

/** x·Wᵀ + scale·(x·Aᵀ)·Bᵀ; W [out, in] is frozen and A [r, in], B [out, r] are learnt (lora.ts). Neither product outlives the sum. */
export function adaptedLinear(
  x: tf.Tensor2D,
  { weight, a, b, scale }: { weight: tf.Tensor2D; a: tf.Tensor2D; b: tf.Tensor2D; scale: tf.Scalar },
): tf.Tensor2D {
  const op = customGradTidy((...args) => {
    const [rows, down, up, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, Saver];
    const low = tf.mul(tf.matMul(rows, down, false, true), scale);
    save([rows, down, up, low]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [r, d, u, l] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const dOut = dy as tf.Tensor2D;
      const dLow = tf.mul(tf.matMul(dOut, u), scale) as tf.Tensor2D;
      const dRows = tf.add(tf.matMul(dOut, weight), tf.matMul(dLow, d));
      return [dRows, tf.matMul(dLow, r, true, false), tf.matMul(dOut, l, true, false)];
    };
    return { value: tf.add(tf.matMul(rows, weight, false, true), tf.matMul(low, up, false, true)), gradFunc };
  });
  return op(x, a, b) as tf.Tensor2D;
}
