// Log-probabilities of targets under a model's head. With a large vocabulary the logits of all rows would take more memory than all else of
// a step: they are made for some rows at a time, and made again for the derivative.
import * as tf from '@tensorflow/tfjs-core';
import { customGradTidy } from './ops.ts';

export interface Head {
  /** [V, H] */
  weight: tf.Tensor2D;
  /** Whether its derivative is wanted: an adapter's base is frozen. */
  trained: boolean;
  /** Logits are divided by it. */
  temperature: number;
}

/** Logits that are held at once: 64 MB. */
export const LOGITS_AT_ONCE = 2 ** 24;

/** log softmax(hidden·Wᵀ / temperature)[row, target of the row], of hidden states [rows, H]: [rows]. */
export function headLogProbs(
  hidden: tf.Tensor2D,
  head: Head,
  targets: Int32Array,
  logitsAtOnce = LOGITS_AT_ONCE,
): tf.Tensor1D {
  const { weight, trained } = head;
  const rows = hidden.shape[0];
  const atOnce = Math.max(1, Math.floor(logitsAtOnce / weight.shape[0]));
  if (rows <= atOnce) return tokenLogProbs(logitsOf(hidden, weight, head), targets);
  const chunks = Array.from({ length: Math.ceil(rows / atOnce) }, (_, i) => {
    const from = i * atOnce;
    return { from, count: Math.min(atOnce, rows - from), targets: targets.subarray(from, from + atOnce) };
  });
  const op = customGradTidy((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [x, w = weight] = args as tf.Tensor2D[];
    save(args as tf.Tensor[]);
    const logProbs = chunks.map(({ from, count, targets }) =>
      tf.tidy(() => tokenLogProbs(logitsOf(rowsOf(x!, from, count), w, head), targets)),
    );
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [sx, sw = weight] = saved as tf.Tensor2D[];
      const dHidden: tf.Tensor2D[] = [];
      let dWeight: tf.Tensor2D | undefined;
      for (const { from, count, targets } of chunks) {
        const [dRows, dSum] = tf.tidy(() => {
          const part = rowsOf(sx!, from, count);
          const gradient = tf.div(tf.slice1d(dy as tf.Tensor1D, from, count), head.temperature) as tf.Tensor1D;
          const dLogits = logitGradient(logitsOf(part, sw, head), targets, gradient);
          const dPart = trained ? tf.matMul(dLogits, part, true, false) : undefined;
          const sum = dPart && dWeight ? tf.add(dWeight, dPart) : dPart;
          return [tf.matMul(dLogits, sw), ...(sum ? [sum] : [])] as tf.Tensor2D[];
        });
        dHidden.push(dRows!);
        dWeight?.dispose();
        dWeight = dSum;
      }
      return [tf.concat(dHidden), ...(dWeight ? [dWeight] : [])];
    };
    return { value: tf.concat(logProbs), gradFunc };
  });
  return op(hidden, ...(trained ? [weight] : [])) as tf.Tensor1D;
}

const rowsOf = (x: tf.Tensor2D, from: number, count: number): tf.Tensor2D =>
  tf.slice2d(x, [from, 0], [count, x.shape[1]]);

function logitsOf(hidden: tf.Tensor2D, weight: tf.Tensor2D, { temperature }: Head): tf.Tensor2D {
  const logits: tf.Tensor2D = tf.matMul(hidden, weight, false, true);
  return temperature === 1 ? logits : tf.div(logits, temperature);
}

/** log softmax(logits)[row, target of the row]: [rows]. */
export function tokenLogProbs(logits: tf.Tensor2D, targets: Int32Array): tf.Tensor1D {
  const op = customGradTidy((...args) => {
    const [scores, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
    save([scores]);
    const value = tf.sub(logitsAt(scores, targets), tf.logSumExp(scores, -1));
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => [
      logitGradient(saved as tf.Tensor2D, targets, dy as tf.Tensor1D),
    ];
    return { value, gradFunc };
  });
  return op(logits) as tf.Tensor1D;
}

/** logits[row, target of the row]: [rows]. */
function logitsAt(logits: tf.Tensor2D, targets: Int32Array): tf.Tensor {
  const vocabulary = logits.shape[1];
  return tf.gather(
    tf.reshape(logits, [-1]),
    tf.tensor1d(
      targets.map((target, row) => row * vocabulary + target),
      'int32',
    ),
  );
}

/** (chosen − softmax(logits))·dy, row by row. */
const logitGradient = (logits: tf.Tensor2D, targets: Int32Array, dy: tf.Tensor1D): tf.Tensor2D =>
  tf.mul(tf.sub(oneHot(logits, targets), tf.softmax(logits)), tf.expandDims(dy, -1));

/** Cast: on wasm `oneHot` asked for float32 writes the bits of the integer 1. */
const oneHot = (logits: tf.Tensor2D, targets: Int32Array): tf.Tensor =>
  tf.cast(tf.oneHot(tf.tensor1d(targets, 'int32'), logits.shape[1]), 'float32');
