// Generation: a group of answers to each of many prompts, decoded together. Every answer draws from its own random stream, so what it
// says depends on its seed and not on which other answers share the batch (up to rounding).
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../../core/run/random.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import type { Weights } from '../decoder/parameters.ts';
import { batchesOf } from './batch-size.ts';
import { type Cache, decodeStep, keepPrompts, prefill } from './decode.ts';
import { chooseToken, type SamplingOptions } from './sampling.ts';

export interface Answer {
  /** With the stop token, when it came. */
  tokens: number[];
  logProbs: number[];
  stopped: boolean;
}

export interface GenerateOptions extends SamplingOptions {
  /** Answers a prompt. */
  group: number;
  maxNewTokens: number;
  stopTokens: readonly number[];
  /** Asked after every token: is the answer so far at its end? */
  isEnd?: (answer: readonly number[]) => boolean;
  /** Tokens at and above this are padding rows of the embedding and are never chosen. */
  tokens: number;
  /** The random stream of one answer. */
  random: (prompt: number, answer: number) => Random;
}

/** The answers of every prompt, in the order of the prompts. */
export async function generate(
  weights: Weights,
  config: DecoderConfig,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): Promise<Answer[][]> {
  const answers: Answer[][] = [];
  for (const chosen of batchesOf(config, prompts, options)) {
    const groups = await generateBatch(weights, config, prompts, chosen, options);
    groups.forEach((group, j) => {
      answers[chosen[j]!] = group;
    });
  }
  return answers;
}

async function generateBatch(
  weights: Weights,
  config: DecoderConfig,
  prompts: readonly (readonly number[])[],
  chosen: readonly number[],
  options: GenerateOptions,
): Promise<Answer[][]> {
  const { group, maxNewTokens } = options;
  const streams = chosen.map((prompt) => Array.from({ length: group }, (_, i) => options.random(prompt, i)));
  const answers = chosen.map(() =>
    Array.from({ length: group }, (): Answer => ({ tokens: [], logProbs: [], stopped: false })),
  );
  // Which of the batch's prompts are still in the cache, in its order.
  let live = chosen.map((_, index) => index);
  const texts = chosen.map((prompt) => prompts[prompt]!);
  let { cache, logits } = keepAll(() => prefill(weights, config, texts, group));
  for (let step = 0; step < maxNewTokens; step++) {
    const rows = (await logits.data()) as Float32Array;
    const width = logits.shape[1];
    live.forEach((index, place) => {
      answers[index]!.forEach((answer, i) => {
        if (answer.stopped) return;
        // After the prompt there is one row a prompt; from then on one an answer.
        const at = (step === 0 ? place : place * group + i) * width;
        const draw = chooseToken(rows.subarray(at, at + width), options.tokens, options, streams[index]![i]!());
        answer.tokens.push(draw.token);
        answer.logProbs.push(draw.logProb);
        answer.stopped = options.stopTokens.includes(draw.token) || options.isEnd?.(answer.tokens) === true;
      });
    });
    const open = live.filter((index) => answers[index]!.some((answer) => !answer.stopped));
    if (open.length === 0 || step === maxNewTokens - 1) break;
    const kept = open.length <= 0.75 * live.length ? open : live;
    const feed = Int32Array.from(kept.flatMap((index) => answers[index]!.map((answer) => answer.tokens.at(-1)!)));
    if (kept.length < live.length) {
      const places = kept.map((index) => live.indexOf(index));
      cache = keepPrompts(cache, places);
    }
    const old = { cache, logits };
    ({ cache, logits } = keepAll(() => decodeStep(weights, config, old.cache, feed)));
    live = kept;
    disposeUnless(old, { cache, logits });
  }
  disposeUnless({ cache, logits });
  return answers;
}

type State = { cache: Cache; logits: tf.Tensor2D };

const tensorsOf = ({ cache, logits }: State): tf.Tensor[] => [
  logits,
  cache.bias,
  ...cache.layers.flatMap((layer) => Object.values(layer) as tf.Tensor[]),
];

const keepAll = (make: () => State): State =>
  tf.tidy(() => {
    const state = make();
    for (const tensor of tensorsOf(state)) tf.keep(tensor);
    return state as unknown as tf.TensorContainer;
  }) as unknown as State;

/** Frees a state's tensors, except those that the next one still uses. */
function disposeUnless(state: State, next?: State): void {
  const used = new Set(next ? tensorsOf(next) : []);
  for (const tensor of tensorsOf(state)) if (!used.has(tensor)) tensor.dispose();
}
