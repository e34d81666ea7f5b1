// A student as a `Model`: shows it the window that it was trained on, and answers queries that arrive together in one batch.
import { basename } from 'node:path';
import type { Model, Reply } from '../model/model.ts';
import { ModelError } from '../schema/errors.ts';
import { DEFAULT_WINDOW, windowMessages } from '../step/context.ts';
import { type Copy, type CopySettings, openCopies } from './copies.ts';
import type { StudentFiles } from './files.ts';
import { readStudent } from './student.ts';

export interface StudentModelOptions {
  name: string;
  /** Action–observation pairs shown; what the training data showed. */
  window?: number;
  maxNewTokens?: number;
  /** 0 (greedy) unless told. */
  temperature?: number;
  seed?: number;
}

/** `workers` copies of the student answer, each in a thread of its own; with 0 one answers in this thread. */
export async function openStudentModel(
  folder: string,
  {
    workers = 0,
    backend,
    ...options
  }: Partial<StudentModelOptions> & Partial<CopySettings> & { workers?: number } = {},
): Promise<Model & AsyncDisposable> {
  const { config, tokenizer } = await readStudent(folder);
  const copies = await openCopies({ folder, backend }, workers);
  const model = createStudentModel({ config, tokenizer, copies }, { name: basename(folder), ...options });
  return { ...model, [Symbol.asyncDispose]: async () => void (await Promise.all(copies.map((copy) => copy.stop()))) };
}

export function createStudentModel(
  student: Pick<StudentFiles, 'config' | 'tokenizer'> & { copies: readonly Copy[] },
  options: StudentModelOptions,
): Model {
  const { window = DEFAULT_WINDOW, maxNewTokens = 96, temperature = 0, seed = 0 } = options;
  const { config, tokenizer, copies } = student;
  const ask = batchQueries(copies, { maxNewTokens, temperature, seed });
  const room = config.contextLength - maxNewTokens;
  return {
    name: options.name,
    settings: { window, maxNewTokens, temperature, seed, context: config.contextLength },
    query: async (messages, { signal } = {}): Promise<Reply> => {
      signal?.throwIfAborted();
      // Of a prompt that is too long the end is kept: the last observation says what to do next.
      const prompt = tokenizer.encodePrompt(windowMessages(messages, window)).slice(-room);
      const answer = await ask(prompt);
      return {
        text: tokenizer.decode(answer, { skipSpecial: true }),
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

/** Queries that wait are shared out among the copies that are free. */
function batchQueries(copies: readonly Copy[], settings: { maxNewTokens: number; temperature: number; seed: number }) {
  const waiting: Query[] = [];
  const free = [...copies];
  let batches = 0;
  let gathering = false;
  const gather = (): void => {
    if (gathering || waiting.length === 0 || free.length === 0) return;
    gathering = true;
    setTimeout(() => {
      gathering = false;
      while (waiting.length > 0 && free.length > 0)
        void answer(free.shift()!, waiting.splice(0, Math.ceil(waiting.length / (free.length + 1))));
    }, GATHER_MS);
  };
  const answer = async (copy: Copy, queries: readonly Query[]): Promise<void> => {
    const prompts = queries.map(({ prompt }) => prompt);
    try {
      const answers = await copy.answer(prompts, { ...settings, seed: settings.seed + batches++ });
      queries.forEach(({ resolve }, i) => {
        resolve(answers[i]!);
      });
    } catch (error) {
      for (const { reject } of queries) reject(new ModelError('the student could not generate', { cause: error }));
    }
    free.push(copy);
    gather();
  };
  return (prompt: number[]): Promise<number[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ prompt, resolve, reject });
      gather();
    });
}
