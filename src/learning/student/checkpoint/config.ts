// config.json of a Qwen2 model folder, in transformers 4's spelling (`rope_theta`, `torch_dtype`) and 5's (`rope_parameters`, `dtype`).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';

const size = z.number().int().positive();
const fileSchema = z.object({
  model_type: z.literal('qwen2'),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.optional(),
  head_dim: size.optional(),
  hidden_act: z.literal('silu').default('silu'),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().optional(),
  rope_parameters: z
    .object({ rope_theta: z.number().positive().optional(), rope_type: z.literal('default').optional() })
    .nullish(),
  rope_scaling: z.null().optional(),
  tie_word_embeddings: z.boolean().default(false),
  max_position_embeddings: size.default(32768),
  use_sliding_window: z.literal(false).default(false),
});

export interface DecoderConfig {
  vocabSize: number;
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headSize: number;
  normEps: number;
  ropeTheta: number;
  tied: boolean;
  contextLength: number;
}

// transformers' DecoderConfig default where the file names none.
const DEFAULT_THETA = 10_000;

export async function readDecoderConfig(folder: string): Promise<DecoderConfig> {
  const path = join(folder, 'config.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(
      `${path}: cannot be read (${messageOf(error)}). A student is a Hugging Face folder of a Qwen2 model.`,
    );
  });
  return parseDecoderConfig(text, path);
}

export function parseDecoderConfig(text: string, path: string): DecoderConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path}: not JSON (${messageOf(error)}).`);
  }
  const { model_type: type, architectures } = (value ?? {}) as { model_type?: unknown; architectures?: unknown[] };
  if (type !== 'qwen2')
    throw new ConfigError(
      `${path}: \`model_type\` must be "qwen2", got ${JSON.stringify(type ?? architectures?.[0]) ?? 'none'}. Only Qwen2 models can be students.`,
    );
  const result = fileSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new ConfigError(
      `${path}: \`${issue.path.join('.')}\`: ${issue.message}. Only plain Qwen2 models can be students.`,
    );
  }
  const file = result.data;
  const kvHeads = file.num_key_value_heads ?? file.num_attention_heads;
  if (file.num_attention_heads % kvHeads !== 0)
    throw new ConfigError(
      `${path}: \`num_attention_heads\` (${file.num_attention_heads}) must be a multiple of \`num_key_value_heads\` (${kvHeads}).`,
    );
  return {
    vocabSize: file.vocab_size,
    hiddenSize: file.hidden_size,
    intermediateSize: file.intermediate_size,
    layers: file.num_hidden_layers,
    heads: file.num_attention_heads,
    kvHeads,
    headSize: file.head_dim ?? file.hidden_size / file.num_attention_heads,
    normEps: file.rms_norm_eps,
    ropeTheta: file.rope_parameters?.rope_theta ?? file.rope_theta ?? DEFAULT_THETA,
    tied: file.tie_word_embeddings,
    contextLength: file.max_position_embeddings,
  };
}

/** A config.json that both generations of transformers read. */
export function renderDecoderConfig(
  config: DecoderConfig,
  ids: { eos: number | undefined; pad: number | undefined },
): Record<string, unknown> {
  return {
    architectures: ['Qwen2ForCausalLM'],
    model_type: 'qwen2',
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
    rope_parameters: { rope_theta: config.ropeTheta, rope_type: 'default' },
    tie_word_embeddings: config.tied,
    max_position_embeddings: config.contextLength,
    use_sliding_window: false,
    attention_dropout: 0,
    eos_token_id: ids.eos ?? null,
    pad_token_id: ids.pad ?? null,
    torch_dtype: 'float32',
    dtype: 'float32',
  };
}
