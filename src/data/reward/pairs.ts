// Rewards of pairs as other programs hand them over.
import type { FormatMode } from './format.ts';
import { loadSimilarity, type SimilarityName } from './similarity/similarity.ts';
import { srlReward } from './srl-reward.ts';
import type { ToolFormatName } from './tool-formats.ts';

/** Two actions, the model's and the expert's; or the model's whole reply and the expert's action. */
export type Pair = { a: string; b: string } | { text: string; expert: string };

export interface PairReward {
  similarity: number;
  reward: number;
  format_ok: boolean;
}

/** Plain data: it can be sent to a thread. */
export interface PairRewardOptions {
  /** @default 'strict' */
  format?: FormatMode;
  /** @default 'function_xml' */
  toolFormat?: ToolFormatName;
  /** @default 'difflib' */
  similarity?: SimilarityName;
  /** @default true */
  autojunk?: boolean;
}

export async function createPairReward({
  similarity: name = 'difflib',
  autojunk = true,
  ...format
}: PairRewardOptions = {}): Promise<(pair: Pair) => PairReward> {
  const similarityOf = await loadSimilarity(name, { autojunk });
  return (pair) => {
    if ('a' in pair) {
      const similarity = similarityOf(pair.a, pair.b);
      return { similarity, reward: similarity, format_ok: true };
    }
    const { similarity, reward, formatOk } = srlReward(pair.text, pair.expert, { ...format, similarity: similarityOf });
    return { similarity, reward, format_ok: formatOk };
  };
}
