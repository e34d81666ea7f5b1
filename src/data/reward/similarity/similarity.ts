// Similarities of two actions, by name. The reward is difflib's; the others are there to be studied beside it.
import { sequenceRatio } from '../difflib/ratio.ts';

/** In [0, 1]; 1 for equal actions. The model's action comes first. */
export type Similarity = (action: string, expert: string) => number;

export interface SimilarityOptions {
  /** Of `difflib` alone. @default true */
  autojunk?: boolean;
}

/** Each is loaded when it is asked for. */
const similarities = {
  difflib:
    async ({ autojunk = true }) =>
    (action, expert) =>
      sequenceRatio(action, expert, { autojunk }),
  tokens: async () => (await import('./tokens.ts')).tokenRatio,
  levenshtein: async () => (await import('./levenshtein.ts')).levenshteinSimilarity,
  chrf: async () => (await import('./chrf.ts')).chrf,
  commands: async () => (await import('./commands.ts')).loadCommandRatio(),
} satisfies Record<string, (options: SimilarityOptions) => Promise<Similarity>>;

export type SimilarityName = keyof typeof similarities;

export const similarityNames = Object.keys(similarities) as SimilarityName[];

export const loadSimilarity = (name: SimilarityName, options: SimilarityOptions = {}): Promise<Similarity> =>
  similarities[name](options);
