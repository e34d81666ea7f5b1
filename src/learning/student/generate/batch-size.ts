// How many prompts are answered at once: as many as are worth it, and as memory allows.
import type { DecoderConfig } from '../checkpoint/config.ts';

/** Answers decoded at once. More gain little on a CPU, and long prompts pad short ones. */
const BATCH_ROWS = 64;
/** What the caches and logits of a batch may take, as long as one prompt takes less. */
const BATCH_BYTES = 2 ** 30;

export interface AnswerShape {
  /** Tokens of the longest prompt. */
  prompt: number;
  /** Answers a prompt. */
  group: number;
  maxNewTokens: number;
}

/** Numbers held for each prompt while it is answered: its keys and values, those of its answers (before and after a step), logits. */
export function answerFloats(config: DecoderConfig, { prompt, group, maxNewTokens }: AnswerShape): number {
  const keysAndValues = config.layers * 2 * config.kvHeads * config.headSize;
  return keysAndValues * (prompt + 2 * group * maxNewTokens) + 2 * group * config.vocabSize;
}

/** At least one. */
export const promptsAtOnce = (config: DecoderConfig, shape: AnswerShape): number =>
  Math.max(
    1,
    Math.min(Math.floor(BATCH_ROWS / shape.group), Math.floor(BATCH_BYTES / (4 * answerFloats(config, shape)))),
  );

/** Places of the prompts, batch by batch, from short ones to long ones. */
export function batchesOf(
  config: DecoderConfig,
  prompts: readonly (readonly number[])[],
  shape: Omit<AnswerShape, 'prompt'>,
): number[][] {
  const order = prompts.map((_, index) => index).sort((a, b) => prompts[a]!.length - prompts[b]!.length || a - b);
  const batches: number[][] = [];
  for (const place of order) {
    const batch = batches.at(-1);
    const atOnce = promptsAtOnce(config, { ...shape, prompt: prompts[place]!.length });
    if (batch !== undefined && batch.length < atOnce) batch.push(place);
    else batches.push([place]);
  }
  return batches;
}
