// The step reward of SRL (arXiv 2510.25992, section 3): similarity of the model's action and the expert's, -1 when the format is broken.
// The monologue in <think> is never compared.
import { checkFormat, type FormatMode } from './format.ts';
import { createSequenceMatcher } from './sequence-matcher.ts';

export interface StepReward {
  /** In [0, 1], or -1. */
  reward: number;
  formatOk: boolean;
  /** 0 when there is no action to compare. */
  similarity: number;
}

export interface StepRewardOptions {
  format?: FormatMode;
  autojunk?: boolean;
}

export const FORMAT_ERROR_REWARD = -1;

export const srlReward = (text: string, expert: string, options?: StepRewardOptions): StepReward =>
  createStepReward(expert, options)(text);

/** The reward of many replies to one step: the expert's action is indexed once. */
export function createStepReward(expert: string, options: StepRewardOptions = {}): (text: string) => StepReward {
  const similarityTo = createSequenceMatcher(expert, { autojunk: options.autojunk ?? true });
  return (text) => {
    const reply = checkFormat(text, options.format);
    if ('malformed' in reply) return { reward: FORMAT_ERROR_REWARD, formatOk: false, similarity: 0 };
    // The model's action is the first sequence and the expert's the second: the ratio depends on the order.
    const similarity = similarityTo(reply.action);
    return { reward: similarity, formatOk: true, similarity };
  };
}
