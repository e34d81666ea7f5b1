import { expect, test } from 'vitest';
import { parseDecoderConfig, renderDecoderConfig } from '../../../../src/learning/student/checkpoint/config.ts';

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

test('what is written is read back the same', () => {
  const config = parse({ rope_theta: 1e4, tie_word_embeddings: true, max_position_embeddings: 512 });
  expect(parseDecoderConfig(JSON.stringify(renderDecoderConfig(config, { eos: 2, pad: 0 })), 'x')).toEqual(config);
});

test.each([
  [
    { model_type: 'llama' },
    'm/config.json: `model_type` must be "qwen2", got "llama". Only Qwen2 models can be students.',
  ],
  [{ num_attention_heads: 7 }, /`num_attention_heads` \(7\) must be a multiple of `num_key_value_heads` \(2\)/],
  [{ rope_parameters: { rope_type: 'yarn' } }, /`rope_parameters\.rope_type`/],
  [{ hidden_size: 'wide' }, /m\/config\.json: `hidden_size`/],
])('a model that is no plain Qwen2 is refused in one line: %j', (extra, message) => {
  expect(() => parse(extra)).toThrow(message);
});

test('a config that is no JSON names the file', () => {
  expect(() => parseDecoderConfig('{', 'm/config.json')).toThrow(/^m\/config\.json: not JSON/);
});
