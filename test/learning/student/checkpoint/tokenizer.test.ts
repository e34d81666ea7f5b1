import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trainBpe } from '../../../../src/learning/student/checkpoint/bpe-trainer.ts';
import {
  createTokenizer,
  loadTokenizer,
  tokenizerConfigFile,
} from '../../../../src/learning/student/checkpoint/tokenizer.ts';
import { initStudent } from '../../../../src/learning/student/decoder/init.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { fixture } from '../support.ts';

const settings = JSON.stringify(tokenizerConfigFile());
const golden = () =>
  createTokenizer(
    { 'tokenizer.json': readFileSync(fixture('tokenizer/tokenizer.json'), 'utf8'), 'tokenizer_config.json': settings },
    'golden',
  );

describe("against Python's tokenizers", () => {
  const vectors: { text: string; ids: number[]; decoded: string }[] = JSON.parse(
    readFileSync(fixture('tokenizer/vectors.json'), 'utf8'),
  );
  test.each(vectors)('$text', ({ text, ids, decoded }) => {
    expect(golden().encode(text)).toEqual(ids);
    expect(golden().decode(ids)).toBe(decoded);
  });
});

test('a conversation in ChatML ends where the assistant speaks; an answer ends with the end of its turn', () => {
  const tokenizer = golden();
  const prompt = tokenizer.encodePrompt([
    { role: 'system', content: 'Be brief.' },
    { role: 'tool', content: 'out' },
  ]);
  expect(tokenizer.decode(prompt)).toBe(
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nout<|im_end|>\n<|im_start|>assistant\n',
  );
  const answer = tokenizer.encodeAnswer('hi');
  expect(tokenizer.decode(answer)).toBe('hi<|im_end|>');
  expect(tokenizer.decode(answer, { skipSpecial: true })).toBe('hi');
  expect(tokenizer.stopTokens).toContain(answer.at(-1));
});

describe('a tokenizer learnt from texts', () => {
  const texts = ['def foo(x):\n    return x + 1\n', 'def bar(y):\n    return y - 10\n', "sed -i '5c\\  x' f.py"];
  const learn = (from: string[]) =>
    trainBpe(from, { vocabularySize: 266, special: ['<|endoftext|>', '<|im_end|>'], added: ['<think>'] });
  const open = (from = texts) =>
    createTokenizer({ 'tokenizer.json': JSON.stringify(learn(from)), 'tokenizer_config.json': settings }, 'new');

  test('gives any text back, also what it never saw', () => {
    for (const text of [...texts, 'Größe 日本 🙂\t\u0000\r\n'.normalize('NFC')])
      expect(open().decode(open().encode(text))).toBe(text);
  });

  test('merges what is frequent: fewer tokens than bytes', () => {
    expect(open().encode(texts[0]!).length).toBeLessThan(texts[0]!.length);
  });

  test('does not depend on the order of the texts', () => {
    expect(learn([...texts].reverse())).toEqual(learn(texts));
  });

  test('has the size that was asked for, and the added tokens after', () => {
    expect(open().size).toBe(269);
    expect(open().encode('<think>')).toEqual([268]);
  });

  test('stops where there is nothing left to merge', () => {
    expect(
      createTokenizer({ 'tokenizer.json': JSON.stringify(learn(['ab'])), 'tokenizer_config.json': settings }, 'x').size,
    ).toBe(259);
  });
});

test('a new student frames a turn with one token a piece', () => {
  const { tokenizer } = initStudent(['ls'], { size: 'tiny', vocabularySize: 260, contextLength: 64, seed: 1 });
  const turn = '<think></think>\n<function=bash>\n<parameter=command>ls</parameter>\n</function>';
  const ids = tokenizer.encode(turn);
  expect(ids.map((id) => tokenizer.decode([id]))).toEqual([
    '<think>',
    '</think>\n<function=bash>\n<parameter=command>',
    'l',
    's',
    '</parameter>\n</function>',
  ]);
});

test.each([
  ['no tokenizer', {}, /tokenizer\.json: missing\. A student folder needs its tokenizer\.$/],
  ['no chat template', { 'tokenizer_config.json': '{"eos_token":"<|im_end|>"}' }, /`chat_template` is missing/],
  ['settings that are no JSON', { 'tokenizer_config.json': '{' }, /tokenizer_config\.json: not JSON/],
])('a folder with %s is refused in one line', async (_, files, message) => {
  const folder = temporaryFolder();
  const all =
    Object.keys(files).length === 0
      ? {}
      : { 'tokenizer.json': readFileSync(fixture('tokenizer/tokenizer.json'), 'utf8'), ...files };
  for (const [name, text] of Object.entries<string>(all)) await writeFile(join(folder, name), text);
  await expect(loadTokenizer(folder)).rejects.toThrow(message);
});

test('a vocabulary of more tokens than a call takes arguments is read', () => {
  const tokenizer = golden();
  const file = JSON.parse(tokenizer.files['tokenizer.json']!);
  const size = 152_000;
  for (let id = Object.keys(file.model.vocab).length; id < size; id++) file.model.vocab[`unused${id}`] = id + 1000;
  const files = { ...tokenizer.files, 'tokenizer.json': JSON.stringify(file) };
  expect(createTokenizer(files, 'large').size).toBe(size + 1000);
});

test("GPT-2's words and single digits are split as Python's tokenizers splits them", () => {
  const file = trainBpe([' ½ ½ ½ 12 12 12 \ufeff\ufeff'], { vocabularySize: 280, special: ['<|im_end|>'], added: [] });
  const digits = { type: 'Digits', individual_digits: true };
  const words = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const json = JSON.stringify({ ...file, pre_tokenizer: { type: 'Sequence', pretokenizers: [digits, words] } });
  const tokenizer = createTokenizer({ 'tokenizer.json': json, 'tokenizer_config.json': settings }, 'smollm');
  const pieces = (text: string) => tokenizer.encode(text).map((token) => tokenizer.decode([token]));
  // A fraction is a digit, which no space belongs to; a byte order mark is a mark, which a space does belong to.
  expect(pieces(' ½')[0]).toBe(' ');
  expect(pieces('12')).toEqual(['1', '2']);
  expect(tokenizer.files['tokenizer.json']).toBe(json);
});
