// Copies of a student that answer prompts: in threads of their own, or one in this thread.
import { openThread } from '../../../core/run/thread.ts';
import { defaultWorkers, openBackend } from '../backend/backend.ts';
import type { BackendName } from '../backend/names.ts';
import type { Answer } from '../generate/generate.ts';
import { loadStudent } from '../student.ts';

export interface Query {
  prompt: number[];
  /** Names the answer's random stream. */
  stream: string;
}

export interface AnswerSettings {
  maxNewTokens: number;
  temperature: number;
}

/** One copy: an answer to each query, in order. */
export interface GenerationWorker {
  answer(queries: readonly Query[], settings: AnswerSettings): Promise<Answer[]>;
  stop(): Promise<void>;
}

export interface GenerationWorkerSettings {
  folder: string;
  backend?: BackendName | 'auto' | undefined;
}

/** What a thread is asked. */
export interface AnswerJob {
  queries: readonly Query[];
  settings: AnswerSettings;
}

/** `workers` threads; 0 works in this thread. Without a number, what suits the backend. */
export async function openGenerationWorkers(
  settings: GenerationWorkerSettings,
  workers?: number,
): Promise<GenerationWorker[]> {
  const count = workers ?? defaultWorkers((await openBackend(settings.backend)).chosen);
  if (count === 0) return [await openLocalGenerationWorker(settings)];
  const module = new URL('./answer-thread.ts', import.meta.url);
  return Array.from({ length: count }, (): GenerationWorker => {
    const thread = openThread<AnswerJob, Answer[]>(module, settings);
    return { answer: (queries, settings) => thread.call({ queries, settings }), stop: thread.stop };
  });
}

export async function openLocalGenerationWorker({
  folder,
  backend,
}: GenerationWorkerSettings): Promise<GenerationWorker> {
  const student = await loadStudent(folder, backend ? { backend } : {});
  return {
    answer: async (queries, settings) => {
      const streams = queries.map(({ stream }) => stream);
      const prompts = queries.map(({ prompt }) => prompt);
      const answers = await student.generate(prompts, { ...settings, streams });
      return answers.map(([answer]) => answer!);
    },
    stop: async () => student.dispose(),
  };
}
