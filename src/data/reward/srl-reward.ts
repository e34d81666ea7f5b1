// The step reward of SRL (arXiv 2510.25992, section 3): similarity of the model's action and the expert's, -1 when the format is broken.
// The monologue in <think> is never compared.
import { sequenceRatio } from './difflib/ratio.ts';
import { checkFormat, type FormatMode } from './format.ts';
import type { Similarity } from './similarity/similarity.ts';
import type { ToolFormatName } from './tool-formats.ts';

export interface StepReward {
  /** In [0, 1], or -1. */
  reward: number;
  formatOk: boolean;
  /** 0 when there is no action to compare. */
  similarity: number;
}

export interface StepRewardOptions {
  /** @default 'strict' */
  format?: FormatMode;
  /** @default 'function_xml' */
  toolFormat?: ToolFormatName;
  /** @default difflib's ratio, with autojunk */
  similarity?: Similarity;
}

export const FORMAT_ERROR_REWARD = -1;

export function srlReward(
  text: string,
  expert: string,
  { format = 'strict', toolFormat = 'function_xml', similarity = sequenceRatio }: StepRewardOptions = {},
): StepReward {
  const reply = checkFormat(text, format, toolFormat);
  if ('malformed' in reply) return { reward: FORMAT_ERROR_REWARD, formatOk: false, similarity: 0 };
  // The model's action is the first sequence and the expert's the second: the ratio depends on the order.
  const value = similarity(reply.action, canonicalExpert(expert, toolFormat));
  return { reward: value, formatOk: true, similarity: value };
}

/** Step instances hold canonical actions already. */
function canonicalExpert(expert: string, toolFormat: ToolFormatName): string {
  if (toolFormat === 'function_xml') return expert;
  const parsed = checkFormat(expert, 'lenient', toolFormat);
  return 'malformed' in parsed ? expert : parsed.action;
}
