import { lstatSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type RunEvent, silent } from '../../../../src/core/run/events.ts';
import { writeStudent } from '../../../../src/learning/student/checkpoint/files.ts';
import { initStudent } from '../../../../src/learning/student/decoder/init.ts';
import { importStudent } from '../../../../src/learning/student/source/import.ts';
import { findSource, openSource } from '../../../../src/learning/student/source/source.ts';
import { readStudent } from '../../../../src/learning/student/student.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { tinyGguf } from '../gguf/tiny-gguf.ts';
import { writeGguf } from '../gguf/write-gguf.ts';
import { COMMIT, type HubModel, startHub } from './hub-server.ts';

const options = { emit: silent };

beforeEach(() => {
  vi.stubEnv('HF_HUB_CACHE', temporaryFolder());
  vi.stubEnv('STEPWRIGHT_CACHE', temporaryFolder());
  vi.stubEnv('HF_TOKEN', undefined);
  vi.stubEnv('HF_HUB_OFFLINE', undefined);
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  return () => vi.unstubAllEnvs();
});

async function savedStudent(): Promise<string> {
  const folder = join(temporaryFolder(), 'student');
  const size = { size: 'tiny', vocabularySize: 260, contextLength: 64, seed: 1 } as const;
  await writeStudent(folder, initStudent(['def f(x):'], size));
  return folder;
}

async function hubModel(): Promise<HubModel & { folder: string }> {
  const folder = await savedStudent();
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))] as const);
  const others = { 'pytorch_model.bin': Buffer.from('pickle'), 'README.md': Buffer.from('# Model') };
  return { folder, files: { ...Object.fromEntries(files), ...others } };
}

test.each([
  ['owner/name', { kind: 'hub', id: { name: 'owner/name', revision: 'main' } }],
  ['owner/Name-0.5B@v1.0', { kind: 'hub', id: { name: 'owner/Name-0.5B', revision: 'v1.0' } }],
  ['./owner/name', { kind: 'folder', path: './owner/name' }],
  ['a/b/c', { kind: 'folder', path: 'a/b/c' }],
  ['students/base-tiny', { kind: 'folder', path: 'students/base-tiny' }],
  ['not/there.gguf', { kind: 'gguf', path: 'not/there.gguf' }],
])('the source %s', async (source, expected) => {
  expect(await findSource(source)).toEqual(expected);
});

describe('a model of the hub', () => {
  test('is fetched into the cache that its other tools use, and from then on needs no network', async () => {
    const model = await hubModel();
    const hub = await startHub({ 'owner/tiny': model });
    vi.stubEnv('HF_ENDPOINT', hub.url);
    const events: RunEvent[] = [];
    const folder = await openSource('owner/tiny', { emit: (event) => events.push(event) });
    const cache = join(process.env.HF_HUB_CACHE!, 'models--owner--tiny');
    expect(folder).toBe(join(cache, 'snapshots', COMMIT));
    expect(readFileSync(join(cache, 'refs', 'main'), 'utf8')).toBe(COMMIT);
    expect(lstatSync(join(folder, 'model.safetensors')).isSymbolicLink()).toBe(true);
    expect((await readStudent(folder)).parameters).toEqual((await readStudent(model.folder)).parameters);
    // Pickled weights and documents are no part of a student.
    expect(readdirSync(folder).sort()).toEqual(readdirSync(model.folder).sort());
    const progress = events.filter((event) => event.type === 'progress');
    expect(progress.at(-1)).toMatchObject({ done: progress[0]!.total, text: 'MB' });
    await hub[Symbol.asyncDispose]();
    expect(await openSource('owner/tiny', options)).toBe(folder);
    expect(await openSource(`owner/tiny@${COMMIT}`, options)).toBe(folder);
  });

  test('that was fetched in part is completed, without fetching again what is there', async () => {
    await using hub = await startHub({ 'owner/tiny': await hubModel() });
    vi.stubEnv('HF_ENDPOINT', hub.url);
    const folder = await openSource('owner/tiny', options);
    rmSync(realpathSync(join(folder, 'tokenizer.json')));
    hub.requests.length = 0;
    await openSource('owner/tiny', options);
    const fetched = new Set(hub.requests.filter((path) => path.includes('/resolve/')));
    expect([...fetched]).toEqual([`/owner/tiny/resolve/${COMMIT}/tokenizer.json`]);
  });

  test('opens with a token and at a revision', async () => {
    await using hub = await startHub({ 'owner/tiny': { ...(await hubModel()), token: 'hf_right', revisions: ['v2'] } });
    vi.stubEnv('HF_ENDPOINT', `${hub.url}/`);
    await expect(openSource('owner/tiny', options)).rejects.toThrow(
      /^owner\/tiny: no public model of http.*Check the name, or set HF_TOKEN/,
    );
    vi.stubEnv('HF_TOKEN', 'hf_wrong');
    await expect(openSource('owner/tiny', options)).rejects.toThrow(/HF_TOKEN does not open it/);
    vi.stubEnv('HF_TOKEN', 'hf_right');
    expect(await openSource('owner/tiny@v2', options)).toMatch(COMMIT);
    await expect(openSource('owner/tiny@v3', options)).rejects.toThrow(
      /^owner\/tiny@v3: neither a folder or file here nor a model and revision of/,
    );
  });

  test.each<[string, (model: HubModel) => Record<string, HubModel>, RegExp]>([
    ['that does not exist', () => ({}), /^owner\/tiny: no public model of/],
    [
      'of GGUF files only',
      () => ({ 'owner/tiny': { files: { 'q4.gguf': Buffer.from('GGUF') } } }),
      /no config\.json\. Download q4\.gguf or another of its GGUF files, and give that\.$/,
    ],
    [
      'without safetensors',
      ({ files: { 'model.safetensors': _, ...files } }) => ({ 'owner/tiny': { files } }),
      /the model on the hub has no safetensors\. Take another model\.$/,
    ],
  ])('%s is refused in one line', async (_, models, message) => {
    await using hub = await startHub(models(await hubModel()));
    vi.stubEnv('HF_ENDPOINT', hub.url);
    const opening = openSource('owner/tiny', options);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow(/\n/);
  });

  test('is not asked for where HF_HUB_OFFLINE is set', async () => {
    await using hub = await startHub({ 'owner/tiny': await hubModel() });
    vi.stubEnv('HF_ENDPOINT', hub.url);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    await expect(openSource('owner/tiny', options)).rejects.toThrow(/and HF_HUB_OFFLINE is 1\. Connect/);
    expect(hub.requests).toEqual([]);
  });

  test('without a network says so in one line, and where the cache is', async () => {
    await expect(openSource('owner/tiny', options)).rejects.toThrow(
      /^owner\/tiny: neither a folder or file here nor in the cache \(.*models--owner--tiny\), and http:\/\/127\.0\.0\.1:9 cannot be reached \(.+\)\. Connect, or give a folder or a GGUF file\.$/,
    );
  });
});

test('a GGUF file is imported once for each content', async () => {
  const file = join(temporaryFolder(), 'tiny.gguf');
  const { metadata, tensors } = await tinyGguf('qwen3-tiny');
  writeGguf(file, metadata, tensors);
  const stages: string[] = [];
  const emit = (event: RunEvent) => void (event.type === 'stage' && stages.push(event.name));
  const folder = await openSource(file, { emit });
  expect((await readStudent(folder)).config.family).toBe('qwen3');
  expect(await openSource(file, { emit })).toBe(folder);
  expect(stages).toHaveLength(1);
  writeGguf(file, { ...metadata, 'qwen3.context_length': 128 }, tensors);
  expect(await openSource(file, { emit })).not.toBe(folder);
});

describe('students import', () => {
  test('of a folder is a copy of what a student is made of', async () => {
    const folder = await savedStudent();
    writeFileSync(join(folder, 'optimizer.pt'), 'not a student');
    const out = join(temporaryFolder(), 'copy');
    const student = await importStudent({ source: folder, out });
    expect(student).toMatchObject({ folder: out, family: 'qwen2', tied: true, context: 64 });
    expect(readdirSync(out).sort()).toEqual(
      readdirSync(folder)
        .filter((name) => name !== 'optimizer.pt')
        .sort(),
    );
    expect((await readStudent(out)).parameters).toEqual((await readStudent(folder)).parameters);
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'a template that raises',
      (folder) => edit(folder, 'tokenizer_config.json', /\{% for/, "{{ raise_exception('no') }}{% for"),
      /the chat template fails \(no\)/,
    ],
    [
      'a larger vocabulary than the embedding',
      (folder) => edit(folder, 'config.json', /"vocab_size": \d+/, '"vocab_size": 256'),
      /the tokenizer has \d+ tokens, the model only 256 rows/,
    ],
    [
      'an adapter',
      (folder) =>
        writeFileSync(
          join(folder, 'adapter_config.json'),
          '{"peft_type":"LORA","base_model_name_or_path":"x","r":1,"lora_alpha":1}',
        ),
      /it is an adapter\. Import what it was merged into/,
    ],
    [
      'two of three shards',
      shardIndexOfThree,
      /model-00003-of-00003\.safetensors: missing\. Of the 3 files that model\.safetensors\.index\.json names, 2 are there/,
    ],
  ])('of a folder with %s is refused in one line', async (_, spoil, message) => {
    const folder = await savedStudent();
    spoil(folder);
    const out = join(temporaryFolder(), 'copy');
    await expect(importStudent({ source: folder, out })).rejects.toThrow(message);
    expect(readdirSync(join(out, '..'))).toEqual([]);
  });

  test('into a folder that holds something is refused: nothing is written over', async () => {
    const folder = await savedStudent();
    await expect(importStudent({ source: folder, out: folder })).rejects.toThrow(
      `--out ${folder}: the folder is not empty.`,
    );
  });
});

function edit(folder: string, name: string, from: RegExp, to: string): void {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}

function shardIndexOfThree(folder: string): void {
  const files = [1, 2, 3].map((shard) => `model-0000${shard}-of-00003.safetensors`);
  const weights = readFileSync(join(folder, 'model.safetensors'));
  for (const file of files.slice(0, 2)) writeFileSync(join(folder, file), weights);
  rmSync(join(folder, 'model.safetensors'));
  const header = JSON.parse(weights.toString('utf8', 8, 8 + Number(weights.readBigUInt64LE()))) as object;
  const names = Object.keys(header).filter((name) => name !== '__metadata__');
  const map = Object.fromEntries(names.map((name, i) => [name, files[i % 3]]));
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
}
