// config.json of a model folder, in transformers 4's spelling (`rope_theta`, `rope_scaling`, `torch_dtype`) and 5's (`rope_parameters`,
// `dtype`). What changes the mathematics and is not carried is taken at one value only: a folder with another one is refused.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { type FamilyName, families, familyNames } from '../decoder/families.ts';
import type { RopeScaling } from '../decoder/rotary-frequencies.ts';

const size = z.number().int().positive();
const rope = z
  .object({
    rope_theta: z.number().positive().optional(),
    rope_type: z.enum(['default', 'llama3']).optional(),
    /** The oldest spelling. */
    type: z.enum(['default', 'llama3']).optional(),
    factor: z.number().positive().optional(),
    low_freq_factor: z.number().positive().optional(),
    high_freq_factor: z.number().positive().optional(),
    original_max_position_embeddings: size.optional(),
  })
  .nullish();

const fileSchema = z.object({
  model_type: z.enum(familyNames),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  hidden_act: z.literal('silu').default('silu'),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().optional(),
  rope_parameters: rope,
  rope_scaling: rope,
  tie_word_embeddings: z.boolean().default(false),
  max_position_embeddings: size.optional(),
  attention_bias: z.literal(false).default(false),
  mlp_bias: z.literal(false).default(false),
  use_sliding_window: z.literal(false).default(false),
  layer_types: z.array(z.literal('full_attention')).nullish(),
});
type ConfigFile = z.output<typeof fileSchema>;

export interface DecoderConfig {
  family: FamilyName;
  vocabSize: number;
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headSize: number;
  normEps: number;
  ropeTheta: number;
  ropeScaling?: RopeScaling;
  tied: boolean;
  contextLength: number;
}

// transformers' default where the file names none.
const DEFAULT_THETA = 10_000;

export async function readDecoderConfig(folder: string): Promise<DecoderConfig> {
  const path = join(folder, 'config.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(
      `${path}: cannot be read (${messageOf(error)}). A student is a Hugging Face folder of a model of ${familyList}.`,
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
  if (!familyNames.includes(type as FamilyName))
    throw new ConfigError(
      `${path}: \`model_type\` must be one of ${familyNames.join(', ')}, got ${JSON.stringify(type ?? architectures?.[0]) ?? 'none'}. Only models of these families can be students.`,
    );
  const result = fileSchema.safeParse(value);
  if (!result.success) {
    const { path: where, message } = result.error.issues[0]!;
    const got = where.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
    const problem = got === undefined ? 'is missing' : `is not supported as ${JSON.stringify(got)}`;
    throw new ConfigError(`${path}: \`${where.join('.')}\` ${problem}: ${message}.`);
  }
  return configOf(result.data, path);
}

const familyList = `the families ${familyNames.join(', ')}`;

function configOf(file: ConfigFile, path: string): DecoderConfig {
  const family = families[file.model_type];
  const kvHeads = file.num_key_value_heads ?? file.num_attention_heads;
  if (file.num_attention_heads % kvHeads !== 0)
    throw new ConfigError(
      `${path}: \`num_attention_heads\` (${file.num_attention_heads}) must be a multiple of \`num_key_value_heads\` (${kvHeads}).`,
    );
  const otherwise = 'headSize' in family ? family.headSize : file.hidden_size / file.num_attention_heads;
  const ropeScaling = ropeScalingOf(file, path);
  return {
    family: file.model_type,
    vocabSize: file.vocab_size,
    hiddenSize: file.hidden_size,
    intermediateSize: file.intermediate_size,
    layers: file.num_hidden_layers,
    heads: file.num_attention_heads,
    kvHeads,
    headSize: file.head_dim ?? otherwise,
    normEps: file.rms_norm_eps,
    ropeTheta: file.rope_parameters?.rope_theta ?? file.rope_theta ?? DEFAULT_THETA,
    ...(ropeScaling && { ropeScaling }),
    tied: file.tie_word_embeddings,
    contextLength: file.max_position_embeddings ?? family.contextLength,
  };
}

function ropeScalingOf(file: ConfigFile, path: string): RopeScaling | undefined {
  const key = file.rope_parameters ? 'rope_parameters' : 'rope_scaling';
  const given = file[key];
  if ((given?.rope_type ?? given?.type ?? 'default') === 'default') return undefined;
  const numberOf = (name: 'factor' | 'low_freq_factor' | 'high_freq_factor' | 'original_max_position_embeddings') => {
    const value = given![name];
    if (value === undefined)
      throw new ConfigError(`${path}: \`${key}.${name}\` is missing, which RoPE scaling of type llama3 needs.`);
    return value;
  };
  return {
    factor: numberOf('factor'),
    lowFrequency: numberOf('low_freq_factor'),
    highFrequency: numberOf('high_freq_factor'),
    originalContext: numberOf('original_max_position_embeddings'),
  };
}
