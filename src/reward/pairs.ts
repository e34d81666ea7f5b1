// Rewards of pairs as other programs hand them over: two actions, or a whole reply and the expert's action.
import { z } from 'zod';
import { sequenceRatio } from './difflib/ratio.ts';
import { type StepRewardOptions, srlReward } from './srl-reward.ts';

export const pairSchema = z.union([
  z.object({ a: z.string().describe("the model's action"), b: z.string().describe("the expert's") }),
  z.object({ text: z.string().describe("the model's whole reply"), expert: z.string() }),
]);
export type Pair = z.infer<typeof pairSchema>;

export interface PairReward {
  similarity: number;
  reward: number;
  format_ok: boolean;
}

export function pairReward(pair: Pair, options: StepRewardOptions = {}): PairReward {
  if ('a' in pair) {
    const similarity = sequenceRatio(pair.a, pair.b, { autojunk: options.autojunk ?? true });
    return { similarity, reward: similarity, format_ok: true };
  }
  const { similarity, reward, formatOk } = srlReward(pair.text, pair.expert, options);
  return { similarity, reward, format_ok: formatOk };
}
