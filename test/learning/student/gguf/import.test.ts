import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events.ts';
import { silent } from '../../../../src/core/run/events.ts';
import { importGguf } from '../../../../src/learning/student/gguf/import.ts';
import { readStudent } from '../../../../src/learning/student/student.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { type GoldenName, goldenModel } from '../support.ts';
import { type TinyGguf, tinyGguf } from './tiny-gguf.ts';
import { floats, writeGguf } from './write-gguf.ts';

async function imported({ metadata, tensors }: TinyGguf, emit: (event: RunEvent) => void = silent) {
  const folder = temporaryFolder();
  const file = join(folder, 'model.gguf');
  writeGguf(file, metadata, tensors);
  await importGguf(file, join(folder, 'student'), { emit });
  return readStudent(join(folder, 'student'));
}

test.each<GoldenName>(['qwen2-tiny-tied', 'qwen2-tiny-untied', 'llama-tiny-tied', 'qwen3-tiny'])(
  'a GGUF file of %s becomes the model that it was made of',
  async (name) => {
    const { config, parameters } = await goldenModel(name);
    const student = await imported(await tinyGguf(name));
    expect(student.config).toEqual(config);
    expect(student.parameters).toEqual(parameters);
  },
);

test("Llama 3's RoPE scaling is found again in what the file divides the frequencies by", async () => {
  const tiny = await tinyGguf('llama-tiny-tied');
  // Of Llama 3.1's scaling at these frequencies, 100000^(-2i/8): one stays, one is in between, two are divided by 8.
  const frequencies = [0, 1, 2, 3].map((i) => 100_000 ** (-i / 4));
  const factors = frequencies.map((frequency) => {
    const waves = (8192 * frequency) / (2 * Math.PI);
    const smooth = Math.min(1, Math.max(0, (waves - 1) / 3));
    return 1 / ((1 - smooth) / 8 + smooth);
  });
  tiny.tensors['rope_freqs.weight'] = floats([4], Float32Array.from(factors));
  const { config } = await imported(tiny);
  expect(config.ropeScaling).toEqual({ factor: 8, lowFrequency: 1, highFrequency: 4, originalContext: 8192 });
  tiny.tensors['rope_freqs.weight'] = floats([4], Float32Array.of(1, 2, 4, 8));
  await expect(imported(tiny)).rejects.toThrow(/rope_freqs\.weight is no RoPE scaling of Llama 3/);
});

test('a head that is the embedding but for its quantization is tied to it again, another one is not', async () => {
  const tiny = await tinyGguf('qwen2-tiny-tied');
  const embedding = tiny.tensors['token_embd.weight']!;
  const values = new Float32Array(embedding.bytes.slice().buffer);
  const events: RunEvent[] = [];
  tiny.tensors['output.weight'] = floats(
    embedding.shape,
    values.map((value, i) => value * (1 + 0.05 * Math.sin(i))),
  );
  const tied = await imported(tiny, (event) => events.push(event));
  expect(tied.config.tied).toBe(true);
  expect(tied.parameters.subarray(0, values.length)).toEqual(values);
  expect(events[0]).toMatchObject({
    type: 'note',
    text: expect.stringMatching(/largest difference 0\.0\d+\): .* tied/),
  });
  tiny.tensors['output.weight'] = floats(
    embedding.shape,
    values.map((value, i) => value * (1 + Math.sin(i))),
  );
  expect((await imported(tiny)).config.tied).toBe(false);
});

test("the tokenizer, the template and the end of a turn are the file's own", async () => {
  const tiny = await tinyGguf('qwen2-tiny-tied');
  const { tokenizer } = await imported(tiny);
  const idOf = (name: string) => tiny.metadata[`tokenizer.ggml.${name}_token_id`];
  const count = (tiny.metadata['tokenizer.ggml.tokens'] as string[]).length;
  const prompt = tokenizer.encodePrompt([{ role: 'user', content: 'return x<think>' }]);
  expect(tokenizer.decode(prompt)).toBe('<|bos|><|start|>user\nreturn x<think><|eot|><|start|>assistant\n');
  expect(prompt[0]).toBe(idOf('bos'));
  expect(tokenizer.encode('a<think>').at(-1)).toBe(count - 1);
  expect(tokenizer.encodeAnswer('x').at(-1)).toBe(idOf('eot'));
  // Qwen's normalizer, of which the file says nothing.
  expect(tokenizer.encode('e\u0301')).toEqual(tokenizer.encode('\u00e9'));
  // The embedding has 320 rows; nothing is learned for those after the last token, and none of them is ever chosen.
  expect(JSON.parse(tokenizer.files['tokenizer.json']!).model.vocab).toMatchObject({
    '[PAD319]': 319,
  });
  expect(tokenizer.size).toBe(count);
});

describe('a file that cannot become a student is refused in one line', () => {
  const set = (metadata: TinyGguf['metadata']) => (tiny: TinyGguf) => void Object.assign(tiny.metadata, metadata);
  const without = (key: string) => (tiny: TinyGguf) => {
    delete tiny.metadata[key];
    delete tiny.tensors[key];
  };
  test.each<[what: string, spoil: (tiny: TinyGguf) => void, message: RegExp]>([
    [
      'another architecture',
      set({ 'general.architecture': 'gemma3' }),
      /the architecture is gemma3\. Students are of qwen2/,
    ],
    [
      'a tokenizer of another kind',
      set({ 'tokenizer.ggml.model': 'llama' }),
      /the tokenizer is of kind llama\. Only gpt2/,
    ],
    [
      'an unknown split',
      set({ 'tokenizer.ggml.pre': 'viking' }),
      /splits text by `viking`.*known: qwen2, smollm, llama-bpe/,
    ],
    ['no template', without('tokenizer.chat_template'), /has no chat template.*Take the instruct model\.$/],
    ['a template that does not parse', set({ 'tokenizer.chat_template': '{% for %}' }), /the chat template fails \(/],
    [
      'more tokens than rows',
      set({ 'tokenizer.ggml.tokens': Array.from({ length: 321 }, (_, i) => `t${i}`) }),
      /the vocabulary has 321 tokens, the embedding only 320 rows/,
    ],
    ['YaRN', set({ 'qwen2.rope.scaling.type': 'yarn' }), /has RoPE scaling of type yarn, which students do not have/],
    ['experts', set({ 'qwen2.expert_count': 8 }), /has a mixture of experts, which students do not have/],
    ['a sliding window', set({ 'qwen2.attention.sliding_window': 4096 }), /has a sliding window/],
    ['no layers', without('qwen2.block_count'), /`qwen2\.block_count` is missing/],
    ['a tensor too few', without('blk.1.ffn_up.weight'), /tensor blk\.1\.ffn_up\.weight is missing/],
    [
      'a tensor too many',
      ({ tensors }) => void Object.assign(tensors, { 'blk.0.ffn_up.bias': floats([1], Float32Array.of(1)) }),
      /tensor blk\.0\.ffn_up\.bias is none of a qwen2 model/,
    ],
  ])('%s', async (_, spoil, message) => {
    const tiny = await tinyGguf('qwen2-tiny-tied');
    spoil(tiny);
    const importing = imported(tiny);
    await expect(importing).rejects.toThrow(message);
    await expect(importing).rejects.not.toThrow(/\n/);
  });
});

test('a template that raises says so in one line', async () => {
  const tiny = await tinyGguf('qwen2-tiny-tied');
  tiny.metadata['tokenizer.chat_template'] =
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}x";
  const student = imported(tiny);
  await expect(student).rejects.toThrow(/the chat template fails \(System role not supported\)/);
});
