// Gradient checkpointing (Chen et al., arXiv 1604.06174): of a part of the forward pass only its input is kept, and the part is run again
// when its derivative is due. It costs a second forward pass; what a step keeps no longer grows with all that its layers make.
import * as tf from '@tensorflow/tfjs-core';
import { customGradTidy } from './ops.ts';

/**
 * `forward(x, constants)`, differentiable in `x` and in `weights`, which `forward` takes from where it likes and must all use. `constants` are
 * tensors that would be gone by the time that it is run again.
 */
export function checkpointed(
  forward: (x: tf.Tensor2D, constants: tf.Tensor[]) => tf.Tensor2D,
  x: tf.Tensor2D,
  weights: readonly tf.Tensor[],
  constants: readonly tf.Tensor[],
): tf.Tensor2D {
  const op = customGradTidy((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    save([x, ...constants]);
    const gradFunc = (dy: tf.Tensor, [input, ...kept]: tf.Tensor[]) =>
      onSeparateTape(() => tf.grads(() => forward(input as tf.Tensor2D, kept))([input!, ...weights], dy));
    return { value: forward(x, [...constants]), gradFunc };
  });
  return op(x, ...weights) as tf.Tensor2D;
}

/** tfjs has one tape, which `tf.grads` clears; whoever is walking back along it still needs it. */
function onSeparateTape<T>(differentiate: () => T): T {
  const { state } = tf.engine();
  const { activeTape } = state;
  try {
    return differentiate();
  } finally {
    state.activeTape = activeTape;
  }
}
