// The forward pass of Qwen2, Llama and Qwen3 (families.ts) over packed examples: rotary attention with grouped heads, SwiGLU, RMSNorm before
// each. Pure: weights in, log-probabilities out; differentiable with tf.grads.
import * as tf from '@tensorflow/tfjs-core';
import { pushAll } from '../../../core/run/large-arrays.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import { attention, biasTensors } from './attention.ts';
import { checkpointed } from './gradient-checkpointing.ts';
import { headLogProbs } from './log-probs.ts';
import { isAdapted, trainedNames } from './lora.ts';
import { adaptedLinear, type RotaryTables, rmsNorm, rope, rotaryTables, swiglu } from './ops.ts';
import type { Pack } from './packing.ts';
import type { Weights } from './parameters.ts';
import { rotaryFrequencies } from './rotary-frequencies.ts';

/** Log-probability of every target of the pack: [targets]. Logits are divided by `temperature`, as when sampling. */
export function targetLogProbs(
  weights: Weights,
  config: DecoderConfig,
  pack: Pack,
  { temperature = 1, gradientCheckpointing = false } = {},
): tf.Tensor1D {
  const hidden = hiddenStates(weights, config, pack, { predictingOnly: true, gradientCheckpointing });
  const rows = tf.gather(hidden, tf.tensor1d(predictingRows(pack), 'int32')) as tf.Tensor2D;
  const head = { weight: headWeight(weights, config), trained: !isAdapted(weights), temperature };
  return headLogProbs(rows, head, pack.targets);
}

interface HiddenOptions {
  /** Whether the rows from which nothing is predicted are left out. */
  predictingOnly: boolean;
  gradientCheckpointing?: boolean;
  /** Called for every layer; gives what it made of them that is to outlive the layer. Not with `gradientCheckpointing`. */
  onKeysValues?: ((keys: tf.Tensor2D, values: tf.Tensor2D) => tf.Tensor[]) | undefined;
}

/** Final hidden states of all rows, or (saving most of the last layer) of the rows from which something is predicted. */
export function hiddenStates(
  weights: Weights,
  config: DecoderConfig,
  pack: Pack,
  { predictingOnly, onKeysValues, gradientCheckpointing }: HiddenOptions,
): tf.Tensor2D {
  const { cos, sin, turn } = rotaryTables(pack.positions, rotaryFrequencies(config));
  const constants = [cos, sin, turn, ...biasTensors(pack.examples)];
  const embedding = weights['model.embed_tokens.weight'] as tf.Tensor2D;
  let hidden = tf.gather(embedding, tf.tensor1d(pack.tokens, 'int32')) as tf.Tensor2D;
  for (let layer = 0; layer < config.layers; layer++) {
    const kept: tf.Tensor[] = [];
    const options = {
      predictingOnly: predictingOnly && layer === config.layers - 1,
      onKeysValues:
        onKeysValues && ((keys: tf.Tensor2D, values: tf.Tensor2D) => pushAll(kept, onKeysValues(keys, values))),
    };
    const at = layerWeights(weights, layer);
    const forward = (input: tf.Tensor2D, constants: tf.Tensor[]) =>
      decoderLayer(input, at, config, pack, constants, options);
    const input = hidden;
    // What no derivative needs goes with its layer; otherwise that of all layers is there at once.
    [hidden] = tf.tidy(() => {
      const output = gradientCheckpointing
        ? checkpointed(forward, input, trainedWeights(weights, layer), constants)
        : forward(input, constants);
      return [output, ...kept] as [tf.Tensor2D, ...tf.Tensor[]];
    });
    input.dispose();
  }
  return rmsNorm(hidden, weights['model.norm.weight'] as tf.Tensor1D, config.normEps);
}

interface LayerOptions {
  predictingOnly: boolean;
  onKeysValues: ((keys: tf.Tensor2D, values: tf.Tensor2D) => void) | undefined;
}

/** `constants`: the pack's rotary tables and masks. */
function decoderLayer(
  hidden: tf.Tensor2D,
  at: LayerWeights,
  config: DecoderConfig,
  pack: Pack,
  [cos, sin, turn, ...biases]: tf.Tensor[],
  { predictingOnly, onKeysValues }: LayerOptions,
): tf.Tensor2D {
  const tables = { cos, sin, turn } as RotaryTables;
  const normed = rmsNorm(hidden, at('input_layernorm.weight') as tf.Tensor1D, config.normEps);
  const keys = rope(project(normed, at, 'k', config), tables);
  const values = project(normed, at, 'v', config);
  onKeysValues?.(keys, values);
  const selected = predictingOnly ? selectPredicting(pack, normed, hidden, tables) : { normed, hidden, tables };
  const queries = rope(project(selected.normed, at, 'q', config), selected.tables);
  const mixed = attention(queries, keys, values, pack.examples, biases as tf.Tensor2D[], config, predictingOnly);
  const attended = tf.add(selected.hidden, linear(mixed, at, 'self_attn.o_proj')) as tf.Tensor2D;
  return tf.add(attended, feedForward(attended, at, config.normEps));
}

export const headLogits = (weights: Weights, config: DecoderConfig, rows: tf.Tensor2D): tf.Tensor2D =>
  tf.matMul(rows, headWeight(weights, config), false, true);

const headWeight = (weights: Weights, config: DecoderConfig): tf.Tensor2D =>
  weights[config.tied ? 'model.embed_tokens.weight' : 'lm_head.weight'] as tf.Tensor2D;

export type LayerWeights = (name: string) => tf.Tensor | undefined;

export const layerWeights =
  (weights: Weights, layer: number): LayerWeights =>
  (name) =>
    weights[`model.layers.${layer}.${name}`];

const trainedWeights = (weights: Weights, layer: number): tf.Tensor[] =>
  trainedNames(weights).flatMap((name) => (name.startsWith(`model.layers.${layer}.`) ? [weights[name]!] : []));

/** Hugging Face linear layers keep [out, in]. An adapter's weights are there or not: see lora.ts. */
export function linear(x: tf.Tensor2D, at: LayerWeights, name: string): tf.Tensor2D {
  const weight = at(`${name}.weight`) as tf.Tensor2D;
  const scale = at(`${name}.lora_scale`) as tf.Scalar | undefined;
  if (scale === undefined) return tf.matMul(x, weight, false, true);
  const [a, b] = [at(`${name}.lora_A.weight`) as tf.Tensor2D, at(`${name}.lora_B.weight`) as tf.Tensor2D];
  return adaptedLinear(x, { weight, a, b, scale });
}

/** Before it is rotated. Biases and norms are there or not: see families.ts. */
export function project(
  x: tf.Tensor2D,
  at: LayerWeights,
  which: 'q' | 'k' | 'v',
  { headSize, normEps }: Pick<DecoderConfig, 'headSize' | 'normEps'>,
): tf.Tensor2D {
  const product = linear(x, at, `self_attn.${which}_proj`);
  const bias = at(`self_attn.${which}_proj.bias`);
  const projected: tf.Tensor2D = bias === undefined ? product : tf.add(product, bias);
  const norm = at(`self_attn.${which}_norm.weight`) as tf.Tensor1D | undefined;
  if (norm === undefined) return projected;
  return tf.reshape(rmsNorm(tf.reshape(projected, [-1, headSize]), norm, normEps), projected.shape);
}

export function feedForward(hidden: tf.Tensor2D, at: LayerWeights, eps: number): tf.Tensor2D {
  const normed = rmsNorm(hidden, at('post_attention_layernorm.weight') as tf.Tensor1D, eps);
  const gated = swiglu(linear(normed, at, 'mlp.gate_proj'), linear(normed, at, 'mlp.up_proj'));
  return linear(gated, at, 'mlp.down_proj');
}

function selectPredicting(pack: Pack, normed: tf.Tensor2D, hidden: tf.Tensor2D, tables: RotaryTables) {
  const rows = pack.examples.flatMap(({ start, rows: count, firstPredicting }) =>
    Array.from({ length: count - firstPredicting }, (_, i) => start + firstPredicting + i),
  );
  const index = tf.tensor1d(rows, 'int32');
  return {
    normed: tf.gather(normed, index) as tf.Tensor2D,
    hidden: tf.gather(hidden, index) as tf.Tensor2D,
    tables: { ...tables, cos: tf.gather(tables.cos, index), sin: tf.gather(tables.sin, index) } as RotaryTables,
  };
}

/** Where `pack.rows` lie among the rows that `predictingOnly` keeps. */
function predictingRows(pack: Pack): Int32Array {
  const kept = new Int32Array(pack.tokens.length);
  let next = 0;
  for (const { start, rows, firstPredicting } of pack.examples)
    for (let row = start + firstPredicting; row < start + rows; row++) kept[row] = next++;
  return pack.rows.map((row) => kept[row]!);
}
