// The parameters of a model: names and shapes as in Hugging Face checkpoints, laid out in one flat vector. The vector is what the
// optimiser, the worker threads and the checkpoints share; tensors are made from it.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../../core/run/random.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import { wireInduction } from './induction.ts';
import type { Layout } from './layout.ts';

export type Weights = Record<string, tf.Tensor>;

/** Tensors over a copy of the flat vector; the caller disposes of them. */
export const weightsFromFlat = (layout: Layout, flat: Float32Array): Weights =>
  weightsOf(layout, (from, to) => flat.slice(from, to));

/**
 * Tensors over the vector itself, which must not change while they live: a backend may read it when a tensor is first used, or for as long as
 * that lives. Without the copies, which would wait for the garbage collector, a large student is in memory once less.
 */
export const weightsOver = (layout: Layout, flat: Float32Array): Weights =>
  weightsOf(layout, (from, to) => flat.subarray(from, to));

const weightsOf = (layout: Layout, values: (from: number, to: number) => Float32Array): Weights =>
  Object.fromEntries(
    layout.parameters.map(({ name, shape, offset, size }) => [name, tf.tensor(values(offset, offset + size), shape)]),
  );

export const disposeWeights = (weights: Weights): void => tf.dispose(weights);

/**
 * Embedding rows of length about 1, matrices of half that deviation (GPT-2's 0.02 is right for wide models and leaves the attention of
 * narrow ones flat for long), projections back into the residual stream shrunk with depth; unit norms, zero biases.
 */
export function initialParameters(config: DecoderConfig, layout: Layout, random: Random): Float32Array {
  const flat = new Float32Array(layout.size);
  const normal = normalFrom(random);
  const width = 1 / Math.sqrt(config.hiddenSize);
  const residual = 1 / Math.sqrt(2 * config.layers);
  for (const { name, shape, offset, size } of layout.parameters) {
    const norm = name.endsWith('norm.weight');
    const deviation = name.includes('embed') ? width : (width / 2) * (/(o|down)_proj/.test(name) ? residual : 1);
    for (let i = offset; i < offset + size; i++) flat[i] = norm ? 1 : shape.length === 1 ? 0 : deviation * normal();
  }
  wireInduction(flat, config, layout, normal);
  return flat;
}

/** Box–Muller. */
const normalFrom =
  (random: Random): Random =>
  () =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
