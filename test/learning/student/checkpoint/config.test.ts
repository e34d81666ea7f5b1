import { expect, test } from 'vitest';
import { parseDecoderConfig } from '../../../../src/learning/student/checkpoint/config.ts';
import { renderDecoderConfig } from '../../../../src/learning/student/checkpoint/render-config.ts';

const base = {
  model_type: 'qwen2',
  vocab_size: 320,
  hidden_size: 64,
  intermediate_size: 176,
  num_hidden_layers: 3,
  num_attention_heads: 8,
  num_key_value_heads: 2,
};
const parse = (extra: Record<string, unknown>) =>
  parseDecoderConfig(JSON.stringify({ ...base, ...extra }), 'm/config.json');

test.each([
  ["transformers 4's spelling", { rope_theta: 5e5 }, 5e5],
  ["transformers 5's spelling", { rope_parameters: { rope_theta: 1e6, rope_type: 'default' } }, 1e6],
  ['neither: the class default', {}, 1e4],
])('rope theta in %s', (_, extra, theta) => {
  expect(parse(extra).ropeTheta).toBe(theta);
});

const llama3 = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

test.each([
  ['qwen2', {}],
  ['llama', {}],
  ['llama', { rope_parameters: { rope_theta: 5e5, ...llama3 } }],
  ['qwen3', { head_dim: 16 }],
])('what is written is read back the same: %s %j', (family, extra) => {
  const shared = { rope_theta: 5e5, tie_word_embeddings: true, max_position_embeddings: 512 };
  const config = parse({ model_type: family, ...shared, ...extra });
  const written = renderDecoderConfig(config, { eos: 2, pad: 0 });
  expect(written.model_type).toBe(family);
  expect(parseDecoderConfig(JSON.stringify(written), 'x')).toEqual(config);
});

test("Llama 3's RoPE scaling is read in both spellings", () => {
  const scaling = { factor: 8, lowFrequency: 1, highFrequency: 4, originalContext: 8192 };
  expect(parse({ model_type: 'llama', rope_theta: 5e5, rope_scaling: llama3 })).toMatchObject({
    ropeTheta: 5e5,
    ropeScaling: scaling,
  });
  expect(parse({ model_type: 'llama', rope_parameters: { rope_theta: 5e5, ...llama3 } })).toMatchObject({
    ropeTheta: 5e5,
    ropeScaling: scaling,
  });
});

test('heads of Qwen3 have 128 dimensions where the file names no size, those of others split the hidden size', () => {
  expect(parse({ model_type: 'qwen3' }).headSize).toBe(128);
  expect(parse({ model_type: 'llama' }).headSize).toBe(8);
});

test.each([
  [
    { model_type: 'qwen3_moe' },
    'm/config.json: `model_type` must be one of qwen2, llama, qwen3, got "qwen3_moe". Only models of these families can be students.',
  ],
  [{ num_attention_heads: 7 }, /`num_attention_heads` \(7\) must be a multiple of `num_key_value_heads` \(2\)/],
  [{ rope_parameters: { rope_type: 'yarn' } }, /`rope_parameters\.rope_type` is not supported as "yarn"/],
  [{ rope_scaling: { type: 'yarn', factor: 4 } }, /`rope_scaling\.type` is not supported as "yarn"/],
  [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, /`rope_scaling\.low_freq_factor` is missing/],
  [{ use_sliding_window: true }, /`use_sliding_window` is not supported as true/],
  [
    { layer_types: ['full_attention', 'sliding_attention'] },
    /`layer_types\.1` is not supported as "sliding_attention"/,
  ],
  [{ hidden_act: 'gelu' }, /`hidden_act` is not supported as "gelu"/],
  [{ attention_bias: true }, /`attention_bias` is not supported as true/],
  [{ hidden_size: 'wide' }, /m\/config\.json: `hidden_size`/],
])('a model that the decoder does not carry is refused in one line: %j', (extra, message) => {
  expect(() => parse(extra)).toThrow(message);
});

test('a config that is no JSON names the file', () => {
  expect(() => parseDecoderConfig('{', 'm/config.json')).toThrow(/^m\/config\.json: not JSON/);
});
