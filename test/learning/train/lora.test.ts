import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeStudent } from '../../../src/learning/student/checkpoint/files.ts';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { readAdapter } from '../../../src/learning/student/checkpoint/peft.ts';
import { mergeAdapter } from '../../../src/learning/student/decoder/lora.ts';
import { loadStudent, readStudent } from '../../../src/learning/student/student.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { smallStudent, trainingBench } from './support.ts';

const { config } = smallStudent();
const rowsOf = async (dir: string): Promise<Record<string, number>[]> =>
  (await readFile(join(dir, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('only the adapter is trained; what comes out is a PEFT folder, and a whole student with it merged', async () => {
  const { options, context, dir } = await trainingBench({ method: 'sft', updates: 30, lr: 2e-2, loraR: 4, workers: 2 });
  const before = await readFile(join(options.student!, 'model.safetensors'));
  const base = await readParameters(options.student!, config);
  const result = await trainSft(options, context);
  const losses = (await rowsOf(join(dir, 'run'))).flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);

  expect(before.equals(await readFile(join(options.student!, 'model.safetensors')))).toBe(true);
  const adapter = await readAdapter(result.adapter!, config);
  expect(adapter).toMatchObject({ lora: { r: 4, alpha: 8 }, base: options.student! });
  expect(await readParameters(result.student, config)).toEqual(mergeAdapter(config, adapter, base));
  // Two moments of the adapter, and a header.
  const { size } = await stat(join(result.last, 'optimizer.safetensors'));
  expect(size - 8 * adapter.parameters.length).toBeLessThan(300);

  const [whole, apart] = await Promise.all([result.student, result.adapter!].map((folder) => loadStudent(folder)));
  expect(whole!.generate([[1, 2, 3]], { maxNewTokens: 8 })).toEqual(apart!.generate([[1, 2, 3]], { maxNewTokens: 8 }));
});

test('stopped and resumed equals uninterrupted', async () => {
  const settings = {
    method: 'sft',
    updates: 6,
    lr: 1e-2,
    saveEvery: 2,
    schedule: 'cosine',
    loraR: 2,
    validationSize: 2,
  };
  const [whole, cut] = [await trainingBench(settings), await trainingBench(settings)];
  const wholeResult = await trainSft(whole.options, whole.context);
  const stop = new AbortController();
  const emit = (event: { type: string; text?: string }) => {
    if (event.text?.startsWith('update 3/6')) stop.abort();
  };
  await expect(trainSft(cut.options, { ...cut.context, emit, signal: stop.signal })).rejects.toThrow();
  const result = await trainSft(cut.options, cut.context);
  for (const file of ['adapter_model.safetensors', 'optimizer.safetensors', 'trainer_state.json'])
    expect(await readFile(join(result.last, file)), file).toEqual(await readFile(join(wholeResult.last, file)));
});

test('--lora-adapter goes on from where an adapter was left, with the rank that it has', async () => {
  const bench = await trainingBench({ method: 'sft', updates: 4, lr: 1e-2, loraR: 2, loraAlpha: 6 });
  const first = await trainSft(bench.options, bench.context);
  const { loraR, loraAlpha, student, ...rest } = bench.options;
  // A step too small to be seen in a float.
  const options = { ...rest, updates: 1, lr: 1e-30, loraAdapter: first.last };
  const more = await trainSft(options, { ...bench.context, run: join(bench.dir, 'more') });
  expect(await readAdapter(more.last, config)).toEqual(await readAdapter(first.last, config));
});

test('srl: the reference of the KL is the student with the adapter that the run starts from', async () => {
  const bench = await trainingBench({ method: 'sft', updates: 20, lr: 2e-2, loraR: 4 });
  const { last } = await trainSft(bench.options, bench.context);
  const { loraR, ...rest } = bench.options;
  const options = { ...rest, method: 'srl', updates: 2, batch: 2, klCoef: 0.1, lr: 1e-2, loraAdapter: last } as const;
  const out = join(bench.dir, 'srl');
  await trainSrl(options, { ...bench.context, run: out });
  const [first, second] = (await rowsOf(out)).flatMap(({ kl }) => (kl === undefined ? [] : [kl]));
  expect(Math.abs(first!)).toBeLessThan(1e-6);
  expect(second!).toBeGreaterThan(1e-5);
});

test.each([
  [
    'a new student',
    { init: 'tiny', student: undefined, loraR: 2 },
    /An adapter is for a student that is there: give --student FOLDER/,
  ],
  ['no student at all', { student: undefined, loraR: 2 }, /An adapter is for a student that is there/],
  [
    'a folder without an adapter',
    { loraAdapter: '/nowhere', student: undefined },
    /--lora-adapter \/nowhere: there is no/,
  ],
])('refused in one line: an adapter and %s', async (_, overrides, message) => {
  const { options, context } = await trainingBench({ method: 'sft', updates: 1, ...overrides });
  await expect(trainSft(options, context)).rejects.toThrow(message);
});

test('refused in one line: adapters that are not for this student, or change more than its linear layers', async () => {
  const { dir } = await trainingBench({ method: 'sft' });
  const base = join(dir, 'start');
  const folder = join(dir, 'adapter');
  const student = await readStudent(base);
  const lora = { r: 1, alpha: 1, targets: ['q_proj'] } as const;
  const write = (parameters: Float32Array, at = base) =>
    writeStudent(folder, { ...student, adapter: { lora, parameters, base: at } });
  const vector = new Float32Array(2 * (32 + 32));
  await write(vector, '/nowhere');
  await expect(readStudent(folder)).rejects.toThrow(/it adapts \/nowhere, which is no folder with a student here/);
  await write(vector);
  await expect(readAdapter(folder, { ...config, hiddenSize: 40 })).rejects.toThrow(
    /q_proj\.lora_A\.weight has shape \[1,32\]; on this model it is \[1,40\]/,
  );
  await expect(readAdapter(folder, { ...config, layers: 1 })).rejects.toThrow(/layers\.1\.\S+ is none of an adapter/);
  const path = join(folder, 'adapter_config.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"bias": "none"', '"bias": "all"'));
  await expect(readStudent(folder)).rejects.toThrow(/adapter_config\.json: `bias` is not supported/);
});
