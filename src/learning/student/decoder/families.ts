// The families of models that can be students: one decoder, whose differences are these.

interface Family {
  /** Its class in transformers. */
  architecture: string;
  /** Whether the projections to queries, keys and values have biases. */
  attentionBias: boolean;
  /** Whether every head's query and key is normed before it is rotated. */
  queryKeyNorm: boolean;
  /** Where a config.json names none; otherwise the hidden size is split among the heads. */
  headSize?: number;
  contextLength: number;
}

/** By transformers' `model_type`. */
export const families = {
  qwen2: { architecture: 'Qwen2ForCausalLM', attentionBias: true, queryKeyNorm: false, contextLength: 32768 },
  llama: { architecture: 'LlamaForCausalLM', attentionBias: false, queryKeyNorm: false, contextLength: 2048 },
  qwen3: {
    architecture: 'Qwen3ForCausalLM',
    attentionBias: false,
    queryKeyNorm: true,
    headSize: 128,
    contextLength: 32768,
  },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

export const familyNames = Object.keys(families) as FamilyName[];
