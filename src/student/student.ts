// A student: a small Qwen2 model with its tokenizer, on a tfjs backend. What training, scoring and the agent's model build on.
import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../run/random.ts';
import { ConfigError } from '../schema/errors.ts';
import { type BackendName, openBackend } from './backend.ts';
import { type Qwen2Config, readQwen2Config } from './config.ts';
import { readParameters, type StudentFiles, writeStudent } from './files.ts';
import { type Answer, generate } from './generate.ts';
import { packExamples } from './packing.ts';
import { parameterLayout, type Weights, weightsFromFlat } from './parameters.ts';
import { headLogits, hiddenStates } from './qwen2.ts';
import { loadTokenizer, type StudentTokenizer } from './tokenizer.ts';

export interface GenerateSettings {
  /** Answers a prompt; 1 unless told. */
  group?: number;
  maxNewTokens: number;
  /** 0 (greedy) unless told. */
  temperature?: number;
  seed?: number;
}

export interface Student {
  readonly config: Qwen2Config;
  readonly tokenizer: StudentTokenizer;
  readonly parameters: Float32Array;
  readonly backend: BackendName;
  /** Logits of every position: `shape` is [sequences, length, vocabulary]. The sequences are of one length. */
  logits(inputIds: readonly (readonly number[])[]): Promise<{ data: Float32Array; shape: [number, number, number] }>;
  /** `group` answers to each prompt, in order. The same seed gives the same answers on the same backend. */
  generate(prompts: readonly (readonly number[])[], settings: GenerateSettings): Answer[][];
  /** Writes a Hugging Face folder. */
  save(folder: string, dtype?: 'F32' | 'BF16'): Promise<void>;
  dispose(): void;
}

/** Opens a Hugging Face folder of a Qwen2 model. */
export async function loadStudent(folder: string, options: { backend?: BackendName | 'auto' } = {}): Promise<Student> {
  return createStudent(await readStudent(folder), options.backend);
}

export async function readStudent(folder: string): Promise<StudentFiles> {
  const config = await readQwen2Config(folder);
  const tokenizer = await loadTokenizer(folder);
  if (tokenizer.size > config.vocabSize)
    throw new ConfigError(
      `${folder}: the tokenizer has ${tokenizer.size} tokens, the model only ${config.vocabSize} rows for them.`,
    );
  return { config, tokenizer, parameters: await readParameters(folder, config) };
}

export async function createStudent(files: StudentFiles, backend: BackendName | 'auto' = 'auto'): Promise<Student> {
  const { config, tokenizer, parameters } = files;
  const { chosen } = await openBackend(backend);
  const weights: Weights = weightsFromFlat(parameterLayout(config), parameters);
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
    generate: (prompts, { group = 1, maxNewTokens, temperature = 0, seed = 0 }) =>
      generate(weights, config, prompts, {
        group,
        maxNewTokens,
        temperature,
        stopTokens: tokenizer.stopTokens,
        tokens: tokenizer.size,
        random: (prompt, answer) => createRandom(`${seed}/${prompt}/${answer}`),
      }),
    save: (target, dtype) => writeStudent(target, files, dtype),
    dispose: () => tf.dispose(weights),
  };
}
