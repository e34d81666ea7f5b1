// Copies of a student that answer prompts: in threads of their own, or one in this thread.
import { openThread } from '../run/thread.ts';
import type { BackendName } from './backend.ts';
import { type GenerateSettings, loadStudent } from './student.ts';

/** One copy: the tokens of one answer to each prompt, in order. */
export interface Copy {
  answer(prompts: number[][], settings: GenerateSettings): Promise<number[][]>;
  stop(): Promise<void>;
}

export interface CopySettings {
  folder: string;
  backend?: BackendName | 'auto' | undefined;
}

/** What a thread is asked. */
export interface AnswerJob {
  prompts: number[][];
  settings: GenerateSettings;
}

/** `workers` threads; 0 works in this thread, for backends that use all cores themselves. */
export async function openCopies(settings: CopySettings, workers: number): Promise<Copy[]> {
  if (workers === 0) return [await openLocalCopy(settings)];
  const module = new URL('./answer-thread.ts', import.meta.url);
  return Array.from({ length: workers }, () => {
    const thread = openThread<AnswerJob, number[][]>(module, settings);
    return { answer: (prompts, settings) => thread.call({ prompts, settings }), stop: thread.stop };
  });
}

export async function openLocalCopy({ folder, backend }: CopySettings): Promise<Copy> {
  const student = await loadStudent(folder, backend ? { backend } : {});
  return {
    answer: async (prompts, settings) => student.generate(prompts, settings).map(([answer]) => answer!.tokens),
    stop: async () => student.dispose(),
  };
}
