// Generation: a group of answers to each of many prompts, decoded together. Every answer draws from its own random stream, so what it
// says depends on its seed and not on which other answers share the batch (up to rounding).
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../../core/run/random.ts';
import type { Qwen2Config } from '../checkpoint/config.ts';
import type { Weights } from '../qwen2/parameters.ts';
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

/** Answers decoded at once. More gain little on a CPU, and long prompts pad short ones. */
export const BATCH_ROWS = 64;

/** The answers of every prompt, in the order of the prompts. */
export async function generate(
  weights: Weights,
  config: Qwen2Config,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): Promise<Answer[][]> {
  const answers: Answer[][] = [];
  const order = prompts.map((_, index) => index).sort((a, b) => prompts[a]!.length - prompts[b]!.length || a - b);
  const batch = Math.max(1, Math.floor(BATCH_ROWS / options.group));
  for (let i = 0; i < order.length; i += batch) {
    const chosen = order.slice(i, i + batch);
    const groups = await generateBatch(weights, config, prompts, chosen, options);
    groups.forEach((group, j) => {
      answers[chosen[j]!] = group;
    });
  }
  return answers;
}

async function generateBatch(
  weights: Weights,
  config: Qwen2Config,
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
    const old = { cache, logits };
    const kept = open.length <= 0.75 * live.length ? open : live;
    const feed = Int32Array.from(kept.flatMap((index) => answers[index]!.map((answer) => answer.tokens.at(-1)!)));
    const places = kept.map((index) => live.indexOf(index));
    ({ cache, logits } = keepAll(() =>
      decodeStep(weights, config, kept.length < live.length ? keepPrompts(cache, places) : cache, feed),
    ));
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
