// The tensors of a GGUF file and those of a Hugging Face checkpoint.
import type { DecoderConfig } from '../checkpoint/config.ts';

export const EMBEDDING = 'token_embd.weight';
export const HEAD = 'output.weight';
/** Of Llama 3's RoPE scaling: not a parameter, but a setting (config.ts). */
export const ROPE_FACTORS = 'rope_freqs.weight';

const outside: Readonly<Record<string, string>> = {
  'model.embed_tokens': 'token_embd',
  'model.norm': 'output_norm',
  lm_head: 'output',
};

const inLayer: Readonly<Record<string, string>> = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
};

/** The name in a GGUF file of a parameter of the layout (decoder/layout.ts). */
export function ggufName(parameter: string): string {
  const [, layer, module, kind] = /^(?:model\.layers\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(parameter)!;
  return layer === undefined ? `${outside[module!]}.${kind}` : `blk.${layer}.${inLayer[module!]}.${kind}`;
}

/**
 * Whether a parameter's rows are in another order: for Llama, converters put the two halves of a head's rows, which are rotated together, next
 * to each other. The heads it has, then.
 */
export function interleavedHeads(parameter: string, { family, heads, kvHeads }: DecoderConfigPart): number | undefined {
  if (family !== 'llama') return undefined;
  if (/\.q_proj\.\w+$/.test(parameter)) return heads;
  return /\.k_proj\.\w+$/.test(parameter) ? kvHeads : undefined;
}

type DecoderConfigPart = Pick<DecoderConfig, 'family' | 'heads' | 'kvHeads'>;

/** Back into halves: row 2i + j of a head becomes row j·d/2 + i. */
export function deinterleave(rows: Float32Array, heads: number, headSize: number): Float32Array {
  const width = rows.length / (heads * headSize);
  const ordered = new Float32Array(rows.length);
  for (let row = 0; row < heads * headSize; row++) {
    const [head, within] = [Math.floor(row / headSize), row % headSize];
    const to = head * headSize + (within % 2) * (headSize / 2) + (within >> 1);
    ordered.set(rows.subarray(row * width, (row + 1) * width), to * width);
  }
  return ordered;
}
