// The derivative of a loss that is computed in plain numbers from a forward pass's values. tfjs differentiates what is done in one go; but
// a GPU's values come in their own time. So the pass's tape is kept open until they are here.
import * as tf from '@tensorflow/tfjs-core';

/** What the types of tfjs's engine (4.22) leave out. */
interface Tape {
  startTape(): void;
  endTape(): void;
}

/** Gradients of `inputs`, given the loss's gradient at each value of the forward pass; the caller disposes of them. */
export async function gradientsOf(
  forward: () => tf.Tensor1D,
  inputs: tf.Tensor[],
  gradientOf: (values: Float32Array) => Float32Array,
): Promise<tf.Tensor[]> {
  const tape = tf.engine() as unknown as Tape;
  tape.startTape();
  let values: tf.Tensor1D | undefined;
  let gradient: Float32Array;
  try {
    values = tf.tidy(forward);
    gradient = gradientOf((await values.data()) as Float32Array);
  } catch (error) {
    tape.endTape();
    values?.dispose();
    throw error;
  }
  // `grads` opens a tape within ours: with ours ended, it takes over what was recorded, and frees it.
  const recorded = (): tf.Tensor => {
    tape.endTape();
    return values;
  };
  const gradients = tf.tidy(() => tf.grads(recorded)(inputs, tf.tensor1d(gradient)));
  values.dispose();
  return gradients;
}
