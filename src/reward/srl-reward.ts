// The step reward of SRL (arXiv 2510.25992, section 3): similarity of the model's action and the expert's, -1 when the format is broken.
// The monologue in <think> is never compared.
import { sequenceRatio } from './difflib/ratio.ts';
import { checkFormat, type FormatMode } from './format.ts';

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

export function srlReward(
  text: string,
  expert: string,
  { format, autojunk = true }: StepRewardOptions = {},
): StepReward {
  const reply = checkFormat(text, format);
  if ('malformed' in reply) return { reward: FORMAT_ERROR_REWARD, formatOk: false, similarity: 0 };
  // The model's action is the first sequence and the expert's the second: the ratio depends on the order.
  const similarity = sequenceRatio(reply.action, expert, { autojunk });
  return { reward: similarity, formatOk: true, similarity };
}
