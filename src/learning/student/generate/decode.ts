// One decoding step for groups of answers to a batch of prompts, with a key–value cache in two parts: the prompt's, shared by its group,
// and each answer's own. The parts' attentions are merged by their log-sum-exps, which is exact.
import * as tf from '@tensorflow/tfjs-core';
import type { DecoderConfig } from '../checkpoint/config.ts';
import { feedForward, headLogits, hiddenStates, layerWeights, linear, project } from '../decoder/decoder.ts';
import { rmsNorm, rope, rotaryTables } from '../decoder/ops.ts';
import { type Pack, packExamples } from '../decoder/packing.ts';
import type { Weights } from '../decoder/parameters.ts';
import { rotaryFrequencies } from '../decoder/rotary-frequencies.ts';

export interface LayerCache {
  /** [prompts, kvHeads, d, longest prompt] and [prompts, kvHeads, longest prompt, d]; padding is masked by `Cache.bias`. */
  promptKeys: tf.Tensor4D;
  promptValues: tf.Tensor4D;
  /** [prompts, kvHeads, group, tokens so far, d]; absent before the first step. */
  keys?: tf.Tensor5D;
  values?: tf.Tensor5D;
}

export interface Cache {
  layers: LayerCache[];
  /** [prompts, 1, 1, longest prompt] of 0 and -1e9. */
  bias: tf.Tensor4D;
  promptLengths: number[];
  group: number;
}

/** Prompts are read in runs of about so many rows: larger intermediate results fall out of the CPU's caches. */
export const PREFILL_ROWS = 2048;

/** Reads the prompts: their cache, and the logits after each prompt's last token [prompts, V]. */
export function prefill(
  weights: Weights,
  config: DecoderConfig,
  prompts: readonly (readonly number[])[],
  group: number,
): { cache: Cache; logits: tf.Tensor2D } {
  const lengths = prompts.map((prompt) => prompt.length);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const { kvHeads, headSize: d } = config;
  const runs = Math.ceil((longest * prompts.length) / PREFILL_ROWS);
  const runLength = Math.ceil(prompts.length / runs);
  const keys: tf.Tensor[][] = Array.from({ length: config.layers }, () => []);
  const values: tf.Tensor[][] = Array.from({ length: config.layers }, () => []);
  const hidden: tf.Tensor2D[] = [];
  for (let first = 0; first < prompts.length; first += runLength) {
    const pack = packExamples(prompts.slice(first, first + runLength).map((prompt) => ({ prompt, completions: [] })));
    const parts: tf.Tensor[] = [];
    const [last] = tf.tidy(() => {
      const read = hiddenStates(weights, config, pack, {
        predictingOnly: true,
        onKeysValues: (k, v) => {
          const padded = [padExamples(k, pack, longest), padExamples(v, pack, longest)] as const;
          const layer = parts.length / (2 * pack.examples.length);
          padded.forEach((ofExamples, i) => {
            const into = (i === 0 ? keys : values)[layer]!;
            for (const part of ofExamples) {
              into.push(part);
              parts.push(part);
            }
          });
          return padded.flat();
        },
      });
      return [read, ...parts];
    });
    hidden.push(last as tf.Tensor2D);
  }
  const perHead: [number, number, number, number] = [prompts.length, longest, kvHeads, d];
  // Layer by layer, so that only one is there twice.
  const together = (parts: tf.Tensor[], order: number[]): tf.Tensor4D => {
    const whole = tf.tidy(() => tf.transpose(tf.reshape(tf.stack(parts), perHead), order)) as tf.Tensor4D;
    tf.dispose(parts);
    return whole;
  };
  const layers = keys.map(
    (parts, layer): LayerCache => ({
      promptKeys: together(parts, [0, 2, 3, 1]),
      promptValues: together(values[layer]!, [0, 2, 1, 3]),
    }),
  );
  const mask = lengths.flatMap((length) => Array.from({ length: longest }, (_, i) => (i < length ? 0 : -1e9)));
  const bias = tf.tensor4d(mask, [lengths.length, 1, 1, longest]);
  const logits = headLogits(weights, config, tf.concat(hidden));
  return { cache: { layers, bias, promptLengths: lengths, group }, logits };
}

const padExamples = (rows: tf.Tensor2D, pack: Pack, length: number): tf.Tensor[] =>
  pack.examples.map(({ start, rows: count }) =>
    tf.pad2d(tf.slice2d(rows, [start, 0], [count, rows.shape[1]]), [
      [0, length - count],
      [0, 0],
    ]),
  );

/** Feeds one token to every answer (prompt by prompt, group within); gives the grown cache and the next logits [prompts·group, V]. */
export function decodeStep(
  weights: Weights,
  config: DecoderConfig,
  cache: Cache,
  tokens: Int32Array,
): { cache: Cache; logits: tf.Tensor2D } {
  const { kvHeads, heads, headSize: d } = config;
  const { group, promptLengths } = cache;
  const [prompts, repeat] = [promptLengths.length, heads / kvHeads];
  const past = cache.layers[0]?.keys?.shape[3] ?? 0;
  const positions = promptLengths.flatMap((length) => Array.from({ length: group }, () => length + past));
  const tables = rotaryTables(positions, rotaryFrequencies(config));
  const embedding = weights['model.embed_tokens.weight'] as tf.Tensor2D;
  let hidden = tf.gather(embedding, tf.tensor1d(tokens, 'int32')) as tf.Tensor2D;
  // Within a tidy of its own: what a layer makes on its way would otherwise pile up over all of them.
  const answerLayer = (
    input: tf.Tensor2D,
    layer: LayerCache,
    index: number,
  ): [tf.Tensor2D, tf.Tensor5D, tf.Tensor5D] => {
    const at = layerWeights(weights, index);
    const normed = rmsNorm(input, at('input_layernorm.weight') as tf.Tensor1D, config.normEps);
    const split = (x: tf.Tensor): tf.Tensor5D =>
      tf.transpose(tf.reshape(x, [prompts, group, kvHeads, -1, d]), [0, 2, 1, 3, 4]) as tf.Tensor5D;
    const queries = tf.mul(split(rope(project(normed, at, 'q', config), tables)), d ** -0.5) as tf.Tensor5D;
    const newKeys = split(rope(project(normed, at, 'k', config), tables));
    const newValues = split(project(normed, at, 'v', config));
    const keys = layer.keys ? tf.concat([layer.keys, newKeys], 3) : newKeys;
    const values = layer.values ? tf.concat([layer.values, newValues], 3) : newValues;
    const mixed = attendBoth(queries, { ...layer, keys, values }, cache.bias);
    const rows = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3, 4]), [
      prompts * group,
      kvHeads * repeat * d,
    ]) as tf.Tensor2D;
    const attended: tf.Tensor2D = tf.add(input, linear(rows, at, 'self_attn.o_proj'));
    return [tf.add(attended, feedForward(attended, at, config.normEps)), keys, values];
  };
  const layers = cache.layers.map((layer, index): LayerCache => {
    const [next, keys, values] = tf.tidy(() => answerLayer(hidden, layer, index));
    hidden = next;
    return { ...layer, keys, values };
  });
  const normed = rmsNorm(hidden, weights['model.norm.weight'] as tf.Tensor1D, config.normEps);
  return { cache: { ...cache, layers }, logits: headLogits(weights, config, normed) };
}

/** softmax over prompt and own keys together, times their values: [prompts, kvHeads, group, repeat, d]. */
function attendBoth(queries: tf.Tensor5D, layer: Required<LayerCache>, bias: tf.Tensor4D): tf.Tensor {
  const [prompts, kvHeads, group, repeat, d] = queries.shape;
  const together = tf.reshape(queries, [prompts, kvHeads, group * repeat, d]);
  const shared = softmaxParts(tf.add(tf.matMul(together, layer.promptKeys), bias));
  const own = softmaxParts(tf.matMul(queries, layer.keys, false, true));
  const mixedShared = tf.reshape(tf.matMul(shared.probabilities, layer.promptValues), queries.shape);
  const mixedOwn = tf.matMul(own.probabilities, layer.values);
  const share = tf.sigmoid(tf.sub(tf.reshape(shared.logSumExp, [prompts, kvHeads, group, repeat, 1]), own.logSumExp));
  return tf.add(tf.mul(mixedShared, share), tf.mul(mixedOwn, tf.sub(1, share)));
}

/** The most likely entry has probability exp(max − logsumexp): that gives the log-sum-exp without a second pass of exponentials. */
function softmaxParts(scores: tf.Tensor): { probabilities: tf.Tensor; logSumExp: tf.Tensor } {
  const probabilities = tf.softmax(scores);
  const logSumExp = tf.sub(tf.max(scores, -1, true), tf.log(tf.max(probabilities, -1, true)));
  return { probabilities, logSumExp };
}

/** The cache of some of the prompts only, in place of the given one, which is freed layer by layer. */
export function keepPrompts(cache: Cache, kept: readonly number[]): Cache {
  const index = tf.tensor1d([...kept], 'int32');
  const take = <T extends tf.Tensor>(x: T): T => {
    const taken = tf.gather(x, index) as T;
    x.dispose();
    return taken;
  };
  const layers = cache.layers.map(({ promptKeys, promptValues, keys, values }) => ({
    promptKeys: take(promptKeys),
    promptValues: take(promptValues),
    ...(keys && values ? { keys: take(keys), values: take(values) } : {}),
  }));
  const bias = take(cache.bias);
  index.dispose();
  return { ...cache, layers, bias, promptLengths: kept.map((i) => cache.promptLengths[i]!) };
}
