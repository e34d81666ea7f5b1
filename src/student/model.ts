// A student as a `Model`: shows it the window that it was trained on, and answers queries that arrive together in one batch.
import { basename } from 'node:path';
import type { Model, Reply } from '../model/model.ts';
import { ModelError } from '../schema/errors.ts';
import { DEFAULT_WINDOW, windowMessages } from '../step/context.ts';
import type { BackendName } from './backend.ts';
import { loadStudent, type Student } from './student.ts';

export interface StudentModelOptions {
  name: string;
  /** Action–observation pairs shown; what the training data showed. */
  window?: number;
  maxNewTokens?: number;
  /** 0 (greedy) unless told. */
  temperature?: number;
  seed?: number;
}

export async function openStudentModel(
  folder: string,
  options: Partial<StudentModelOptions> & { backend?: BackendName | 'auto' } = {},
): Promise<Model & Disposable> {
  const student = await loadStudent(folder, options.backend ? { backend: options.backend } : {});
  const model = createStudentModel(student, { name: basename(folder), ...options });
  return { ...model, [Symbol.dispose]: () => student.dispose() };
}

export function createStudentModel(student: Student, options: StudentModelOptions): Model {
  const { window = DEFAULT_WINDOW, maxNewTokens = 96, temperature = 0, seed = 0 } = options;
  const ask = batchQueries(student, { maxNewTokens, temperature, seed });
  const room = student.config.contextLength - maxNewTokens;
  return {
    name: options.name,
    settings: { window, maxNewTokens, temperature, seed, context: student.config.contextLength },
    query: async (messages, { signal } = {}): Promise<Reply> => {
      signal?.throwIfAborted();
      // Of a prompt that is too long the end is kept: the last observation says what to do next.
      const prompt = student.tokenizer.encodePrompt(windowMessages(messages, window)).slice(-room);
      const answer = await ask(prompt);
      return {
        text: student.tokenizer.decode(answer, { skipSpecial: true }),
        toolCalls: [],
        usage: {
          input_tokens: prompt.length,
          output_tokens: answer.length,
          cache_read_tokens: 0,
          cache_write_tokens: 0,
        },
        costUsd: 0,
      };
    },
  };
}

interface Query {
  prompt: number[];
  resolve: (answer: number[]) => void;
  reject: (error: unknown) => void;
}

/** How long the first query of a batch waits for others: attempts that were answered together ask again at about the same time. */
const GATHER_MS = 20;

function batchQueries(student: Student, settings: { maxNewTokens: number; temperature: number; seed: number }) {
  let waiting: Query[] = [];
  let batches = 0;
  const flush = (): void => {
    const queries = waiting;
    waiting = [];
    try {
      const seed = settings.seed + batches++;
      const answers = student.generate(
        queries.map(({ prompt }) => prompt),
        { ...settings, seed },
      );
      queries.forEach(({ resolve }, i) => {
        resolve(answers[i]![0]!.tokens);
      });
    } catch (error) {
      for (const { reject } of queries) reject(new ModelError('the student could not generate', { cause: error }));
    }
  };
  return (prompt: number[]): Promise<number[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ prompt, resolve, reject });
      if (waiting.length === 1) setTimeout(flush, GATHER_MS);
    });
}
