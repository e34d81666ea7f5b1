// A student as a `Model`: it is shown the window that it was trained on.
import { basename } from 'node:path';
import type { Model, Reply } from '../../../agents/model/model.ts';
import { ModelError } from '../../../core/schema/errors.ts';
import { DEFAULT_WINDOW, windowMessages } from '../../../data/step/context.ts';
import { openBackend } from '../backend/backend.ts';
import { requireWasmRoom } from '../backend/wasm-heap.ts';
import type { StudentFiles } from '../checkpoint/files.ts';
import { parameterLayout } from '../decoder/layout.ts';
import type { Answer } from '../generate/generate.ts';
import { readAnyShape } from '../student.ts';
import { type AnswerQuery, createDynamicBatcher } from './dynamic-batcher.ts';
import { type AnswerSettings, type GenerationWorkerSettings, openGenerationWorkers } from './generation-worker.ts';

export interface StudentModelOptions extends AnswerSettings {
  name: string;
  /** Action–observation pairs shown; what the training data showed. */
  window: number;
  /** Random streams of the answers begin with it. */
  seed: number | string;
  /** Told of every answer and the prompt that it was given to. */
  onAnswer?: (prompt: number[], answer: Answer) => void;
}

/** Greedy unless told. */
const DEFAULTS = { window: DEFAULT_WINDOW, maxNewTokens: 96, temperature: 0, seed: 0 };

/** `workers` copies of the student answer, each in a thread of its own; with 0 one answers in this thread. */
export async function openStudentModel(
  folder: string,
  given: Partial<StudentModelOptions> & Partial<GenerationWorkerSettings> & { workers?: number | undefined } = {},
): Promise<Model & AsyncDisposable> {
  const { workers, backend, ...options } = { ...DEFAULTS, name: basename(folder), ...given };
  // The weights are for those that answer.
  const student = await readAnyShape(folder);
  const { chosen } = await openBackend(backend);
  if (chosen === 'wasm') requireWasmRoom(parameterLayout(student.config).size);
  const copies = await openGenerationWorkers({ folder, backend }, workers);
  const model = createStudentModel(student, createDynamicBatcher(copies, options), options);
  return { ...model, [Symbol.asyncDispose]: async () => void (await Promise.all(copies.map((copy) => copy.stop()))) };
}

export function createStudentModel(
  { config, tokenizer }: Pick<StudentFiles, 'config' | 'tokenizer'>,
  ask: AnswerQuery,
  given: Partial<StudentModelOptions> & Pick<StudentModelOptions, 'name'>,
): Model {
  const { name, window, maxNewTokens, temperature, seed, onAnswer } = { ...DEFAULTS, ...given };
  const room = config.contextLength - maxNewTokens;
  let asked = 0;
  return {
    name,
    settings: { window, maxNewTokens, temperature, seed, context: config.contextLength },
    query: async (messages, { signal } = {}): Promise<Reply> => {
      signal?.throwIfAborted();
      // Of a prompt that is too long the end is kept: the last observation says what to do next.
      const prompt = tokenizer.encodePrompt(windowMessages(messages, window)).slice(-room);
      const answer = await ask({ prompt, stream: `${seed}/${asked++}` }).catch((cause: unknown) => {
        throw new ModelError('the student could not generate', { cause });
      });
      onAnswer?.(prompt, answer);
      return {
        text: tokenizer.decode(answer.tokens, { skipSpecial: true }),
        toolCalls: [],
        usage: {
          input_tokens: prompt.length,
          output_tokens: answer.tokens.length,
          cache_read_tokens: 0,
          cache_write_tokens: 0,
        },
        costUsd: 0,
      };
    },
  };
}
