import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/core/schema/errors.ts';
import {
  type NamedArray,
  openSafetensors,
  writeSafetensors,
} from '../../../src/learning/student/checkpoint/safetensors.ts';
import { initStudent } from '../../../src/learning/student/decoder/init.ts';
import type { Answer } from '../../../src/learning/student/generate/generate.ts';
import { createStudent, loadStudent, readStudent } from '../../../src/learning/student/student.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { farthest, fixture } from './support.ts';

const fresh = () =>
  initStudent(['def f(x):', 'return x'], { size: 'tiny', vocabularySize: 260, contextLength: 64, seed: 3 });

async function savedStudent(): Promise<string> {
  const folder = join(temporaryFolder(), 'student');
  const student = await createStudent(fresh(), 'wasm');
  await student.save(folder);
  student.dispose();
  return folder;
}

test('saved and loaded, a student says the same', async () => {
  const folder = await savedStudent();
  const [before, after] = [await createStudent(fresh(), 'wasm'), await loadStudent(folder, { backend: 'wasm' })];
  const ids = [
    [1, 2, 3, 4],
    [9, 8, 7, 6],
  ];
  const [a, b] = [await before.logits(ids), await after.logits(ids)];
  expect(b.shape).toEqual([2, 4, after.config.vocabSize]);
  expect(farthest(b.data, a.data)).toBe(0);
  const [answers] = await after.generate([after.tokenizer.encode('def')], { maxNewTokens: 5 });
  expect(answers![0]!.tokens.length).toBeLessThanOrEqual(5);
});

test('an answer ends where a stop text appears, whole tokens kept', async () => {
  const student = await createStudent(fresh(), 'wasm');
  const prompt = student.tokenizer.encode('def f');
  const ask = async (settings: object) =>
    (await student.generate([prompt], { maxNewTokens: 12, temperature: 1, seed: 2, ...settings }))[0]![0]!;
  const { tokens } = await ask({});
  const textOf = (length: number): string => student.tokenizer.decode(tokens.slice(0, length));
  const stop = textOf(12).slice(3, 5);
  const length = tokens.findIndex((_, i) => textOf(i + 1).includes(stop)) + 1;
  expect(await ask({ stop: ['never said', stop] })).toMatchObject({ stopped: true, tokens: tokens.slice(0, length) });
});

test('saved as BF16 it is half as large and says nearly the same', async () => {
  const folder = await savedStudent();
  const student = await loadStudent(folder);
  await student.save(`${folder}-half`, 'BF16');
  const half = await loadStudent(`${folder}-half`);
  const size = async (path: string) => (await readFile(join(path, 'model.safetensors'))).length;
  expect(await size(`${folder}-half`)).toBeLessThan(0.51 * (await size(folder)));
  expect(farthest((await half.logits([[1, 2, 3]])).data, (await student.logits([[1, 2, 3]])).data)).toBeLessThan(0.02);
});

test('the folder is one that transformers opens: names, settings, tokenizer', async () => {
  const folder = await savedStudent();
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  expect(config).toMatchObject({ architectures: ['Qwen2ForCausalLM'], model_type: 'qwen2', tie_word_embeddings: true });
  const tokenizer = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8'));
  expect(tokenizer).toMatchObject({
    tokenizer_class: 'Qwen2Tokenizer',
    eos_token: '<|im_end|>',
    pad_token: '<|endoftext|>',
  });
  const generation = JSON.parse(await readFile(join(folder, 'generation_config.json'), 'utf8'));
  expect(generation.eos_token_id).toHaveLength(2);
});

/** The weights in two files that an index tells of. */
async function splitIntoShards(folder: string): Promise<void> {
  const whole = join(folder, 'model.safetensors');
  await using file = await openSafetensors(whole);
  const names = [...file.shapes.keys()];
  const shardOf = (place: number): string => `model-0000${1 + (place % 2)}-of-00002.safetensors`;
  for (const shard of [0, 1]) {
    const arrays: [string, NamedArray][] = [];
    for (const name of names.filter((_, place) => place % 2 === shard)) {
      const shape = [...file.shapes.get(name)!];
      const data = new Float32Array(shape.reduce((product, axis) => product * axis, 1));
      await file.read(name, data);
      arrays.push([name, { shape, data }]);
    }
    await writeSafetensors(join(folder, shardOf(shard)), arrays);
  }
  const map = Object.fromEntries(names.map((name, place) => [name, shardOf(place)]));
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
  await rm(whole);
}

test('shards listed in an index are read', async () => {
  const folder = await savedStudent();
  const whole = await loadStudent(folder);
  await splitIntoShards(folder);
  const student = await loadStudent(folder);
  expect(farthest(student.parameters, whole.parameters)).toBe(0);
});

test('without a tokenizer a student knows token ids only', async () => {
  const student = await loadStudent(fixture('qwen2-tiny-tied'), { backend: 'wasm' });
  const [[answer]] = (await student.generate([[3, 148, 241, 169, 197, 26, 136, 275]], { maxNewTokens: 3 })) as [
    [Answer],
  ];
  expect(answer.tokens).toEqual([196, 196, 196]);
  expect(() => student.tokenizer.encode('x')).toThrow(
    /tokenizer\.json: missing\. Without it a student knows token ids, no text\.$/,
  );
  const folder = join(temporaryFolder(), 'student');
  await student.save(folder);
  expect(farthest((await loadStudent(folder)).parameters, student.parameters)).toBe(0);
});

test('a student to be trained needs its tokenizer', async () => {
  await expect(readStudent(fixture('qwen2-tiny-tied'))).rejects.toThrow(/tokenizer\.json: missing\. A student folder/);
});

test.each([
  ['no weights', async (folder: string) => rm(join(folder, 'model.safetensors')), /model\.safetensors: missing/],
  [
    'a tensor too few',
    async (folder: string) => cp(fixture('qwen2-tiny-tied/model.safetensors'), join(folder, 'model.safetensors')),
    /tensor model\.(layers\.3|embed_tokens).* (is missing|has shape)/,
  ],
  ['no config', async (folder: string) => rm(join(folder, 'config.json')), /config\.json: cannot be read/],
  [
    'a shard too few',
    async (folder: string) => {
      await splitIntoShards(folder);
      await rm(join(folder, 'model-00002-of-00002.safetensors'));
    },
    /model-00002-of-00002\.safetensors: missing/,
  ],
  [
    'another model',
    async (folder: string) => writeFile(join(folder, 'config.json'), '{"model_type":"mixtral"}'),
    /`model_type` must be one of qwen2, llama, qwen3, got "mixtral"\. Only models of these families can be students\.$/,
  ],
])('a student folder with %s is a configuration error of one line', async (_, spoil, message) => {
  const folder = await savedStudent();
  await spoil(folder);
  const loading = loadStudent(folder);
  await expect(loading).rejects.toBeInstanceOf(ConfigError);
  await expect(loading).rejects.toThrow(message);
  await expect(loading).rejects.not.toThrow(/\n/);
});
