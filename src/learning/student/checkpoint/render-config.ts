// A student's config.json, in transformers 4's spelling and 5's.
import { families } from '../decoder/families.ts';
import type { DecoderConfig } from './config.ts';

export function renderDecoderConfig(
  config: DecoderConfig,
  ids: { eos: number | undefined; pad: number | undefined },
): Record<string, unknown> {
  const rope = renderRope(config);
  return {
    architectures: [families[config.family].architecture],
    model_type: config.family,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headSize,
    hidden_act: 'silu',
    rms_norm_eps: config.normEps,
    rope_theta: config.ropeTheta,
    rope_parameters: { rope_theta: config.ropeTheta, ...rope },
    ...(config.ropeScaling && { rope_scaling: rope }),
    tie_word_embeddings: config.tied,
    max_position_embeddings: config.contextLength,
    ...(config.family === 'llama' ? { attention_bias: false, mlp_bias: false } : { use_sliding_window: false }),
    attention_dropout: 0,
    // Llama's default is token 1.
    ...(config.family === 'llama' && { bos_token_id: null }),
    eos_token_id: ids.eos ?? null,
    pad_token_id: ids.pad ?? null,
    torch_dtype: 'float32',
    dtype: 'float32',
  };
}

function renderRope({ ropeScaling: scaling }: DecoderConfig): Record<string, unknown> {
  if (scaling === undefined) return { rope_type: 'default' };
  return {
    rope_type: 'llama3',
    factor: scaling.factor,
    low_freq_factor: scaling.lowFrequency,
    high_freq_factor: scaling.highFrequency,
    original_max_position_embeddings: scaling.originalContext,
  };
}
