// A student: a small language model with its tokenizer, on a tfjs backend. What training, scoring and the agent's model build on.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { maxOf } from '../../core/run/large-arrays.ts';
import { createRandom } from '../../core/run/random.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { openBackend } from './backend/backend.ts';
import type { BackendName } from './backend/names.ts';
import { requireWasmRoom } from './backend/wasm-heap.ts';
import { type DecoderConfig, readDecoderConfig } from './checkpoint/config.ts';
import { mergedStudent, type StudentFiles, writeStudent } from './checkpoint/files.ts';
import { readParameters } from './checkpoint/parameters.ts';
import { adapterBase, readAdapter } from './checkpoint/peft.ts';
import { loadTokenizer, noTokenizer, type StudentTokenizer } from './checkpoint/tokenizer.ts';
import { headLogits, hiddenStates } from './decoder/decoder.ts';
import { parameterLayout } from './decoder/layout.ts';
import { packExamples } from './decoder/packing.ts';
import { type Weights, weightsOver } from './decoder/parameters.ts';
import { type Answer, generate } from './generate/generate.ts';
import type { SamplingOptions } from './generate/sampling.ts';

export interface GenerateSettings extends Partial<SamplingOptions> {
  /** Answers a prompt; 1 unless told. */
  group?: number;
  maxNewTokens: number;
  seed?: number;
  /** Names of the random streams, one a prompt, instead of the seed. */
  streams?: readonly string[];
  /** Tokens that end an answer; the tokenizer's unless told. */
  stopTokens?: readonly number[];
  /** Texts that end an answer where they appear, beside the student's own stop tokens. */
  stop?: readonly string[];
}

export interface Student {
  readonly config: DecoderConfig;
  readonly tokenizer: StudentTokenizer;
  readonly parameters: Float32Array;
  readonly backend: BackendName;
  /** Logits of every position: `shape` is [sequences, length, vocabulary]. The sequences are of one length. */
  logits(inputIds: readonly (readonly number[])[]): Promise<{ data: Float32Array; shape: [number, number, number] }>;
  /** `group` answers to each prompt, in order; greedy unless told. The same seed gives the same answers on the same backend. */
  generate(prompts: readonly (readonly number[])[], settings: GenerateSettings): Promise<Answer[][]>;
  /** Writes a Hugging Face folder. */
  save(folder: string, dtype?: 'F32' | 'BF16'): Promise<void>;
  dispose(): void;
}

/** Opens a Hugging Face folder of a Qwen2, Llama or Qwen3 model. Without a tokenizer in it the student speaks in token ids only. */
export async function loadStudent(folder: string, options: { backend?: BackendName | 'auto' } = {}): Promise<Student> {
  return createStudent(await readStudent(folder, { allowMissingTokenizer: true }), options.backend);
}

/** `allowMissingTokenizer`: it will do without a tokenizer. An adapter's folder gives the student that it adapts, with it. */
export async function readStudent(
  folder: string,
  options: { allowMissingTokenizer?: boolean } = {},
): Promise<StudentFiles> {
  const base = await adapterBase(folder);
  if (base !== undefined) return readAdapted(folder, base, options);
  const shape = await readShape(folder, options);
  return { ...shape, parameters: await readParameters(folder, shape.config) };
}

/** All of a plain student folder but its weights. */
export async function readShape(
  folder: string,
  options: { allowMissingTokenizer?: boolean } = {},
): Promise<Pick<StudentFiles, 'config' | 'tokenizer'>> {
  const config = await readDecoderConfig(folder);
  const mute = options.allowMissingTokenizer && !existsSync(join(folder, 'tokenizer.json'));
  const tokenizer = mute ? noTokenizer(folder, config.vocabSize) : await loadTokenizer(folder);
  if (tokenizer.size > config.vocabSize)
    throw new ConfigError(
      `${folder}: the tokenizer has ${tokenizer.size} tokens, the model only ${config.vocabSize} rows for them.`,
    );
  return { config, tokenizer };
}

/** The same of an adapter's folder, too: of what it adapts. */
export async function readAnyShape(folder: string): Promise<Pick<StudentFiles, 'config' | 'tokenizer'>> {
  const base = await adapterBase(folder);
  if (base !== undefined) requireBase(folder, base);
  return readShape(base ?? folder);
}

function requireBase(folder: string, base: string): void {
  if (existsSync(join(base, 'config.json'))) return;
  throw new ConfigError(
    `${folder}: it adapts ${base}, which is no folder with a student here. Name that folder as \`base_model_name_or_path\` in its adapter_config.json.`,
  );
}

/** An adapter, and the plain student folder that it is for. */
export async function readAdapted(folder: string, base: string, options = {}): Promise<StudentFiles> {
  requireBase(folder, base);
  const student = await readStudent(base, options);
  return { ...student, adapter: { ...(await readAdapter(folder, student.config)), base } };
}

export async function createStudent(files: StudentFiles, backend: BackendName | 'auto' = 'auto'): Promise<Student> {
  const student = mergedStudent(files);
  const { config, tokenizer, parameters } = student;
  const { chosen } = await openBackend(backend);
  if (chosen === 'wasm') requireWasmRoom(parameters.length);
  const weights: Weights = weightsOver(parameterLayout(config), parameters);
  return {
    config,
    tokenizer,
    parameters,
    backend: chosen,
    logits: async (inputIds) => {
      const length = inputIds[0]?.length ?? 0;
      if (inputIds.some((ids) => ids.length !== length))
        throw new ConfigError('logits: the sequences must be of one length.');
      const pack = packExamples(inputIds.map((prompt) => ({ prompt, completions: [] })));
      const result = tf.tidy(() =>
        headLogits(weights, config, hiddenStates(weights, config, pack, { predictingOnly: false })),
      );
      const data = (await result.data()) as Float32Array;
      result.dispose();
      return { data, shape: [inputIds.length, length, config.vocabSize] };
    },
    generate: (prompts, { group = 1, temperature = 0, seed = 0, streams, stop = [], ...settings }) =>
      generate(weights, config, prompts, {
        ...settings,
        group,
        temperature,
        ...(stop.length > 0 && { isEnd: endsWithin(tokenizer, stop) }),
        stopTokens: settings.stopTokens ?? tokenizer.stopTokens,
        tokens: tokenizer.size,
        random: (prompt, answer) => createRandom(`${streams?.[prompt] ?? `${seed}/${prompt}`}/${answer}`),
      }),
    save: (target, dtype) => writeStudent(target, student, dtype),
    dispose: () => tf.dispose(weights),
  };
}

/** Whether one of the texts has just appeared. Every token is a byte at least, so that the tail of an answer tells. */
function endsWithin(tokenizer: StudentTokenizer, texts: readonly string[]): (answer: readonly number[]) => boolean {
  const longest = maxOf(texts.map((text) => Buffer.byteLength(text)));
  return (answer) => {
    const tail = tokenizer.decode(answer.slice(-longest - 1));
    return texts.some((text) => tail.includes(text));
  };
}
