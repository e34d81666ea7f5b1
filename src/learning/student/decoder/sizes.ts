// The sizes of new students, by name.
import type { DecoderConfig } from '../checkpoint/config.ts';

export const sizes = {
  /** About 0.9 million parameters: the quickstart's. */
  tiny: { hiddenSize: 128, intermediateSize: 384, layers: 4, heads: 4, kvHeads: 2, headSize: 32 },
  /** About 4 million parameters: the benchmarks'. */
  small: { hiddenSize: 256, intermediateSize: 768, layers: 6, heads: 8, kvHeads: 2, headSize: 32 },
} as const satisfies Record<string, Partial<DecoderConfig>>;
export type SizeName = keyof typeof sizes;
