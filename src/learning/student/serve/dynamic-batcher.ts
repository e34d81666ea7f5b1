// Queries that come one by one, answered in batches: those that wait are shared out among the copies that are free.

import type { Answer } from '../generate/generate.ts';
import type { AnswerSettings, GenerationWorker, Query } from './generation-worker.ts';

export type AnswerQuery = (query: Query) => Promise<Answer>;

interface Waiting {
  query: Query;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/** How long the first query of a batch waits for others: attempts that were answered together ask again at about the same time. */
const BATCH_WAIT_MS = 20;

export function createDynamicBatcher(
  copies: readonly Pick<GenerationWorker, 'answer'>[],
  settings: AnswerSettings,
): AnswerQuery {
  const waiting: Waiting[] = [];
  const free = [...copies];
  let gathering = false;
  const gather = (): void => {
    if (gathering || waiting.length === 0 || free.length === 0) return;
    gathering = true;
    setTimeout(() => {
      gathering = false;
      while (waiting.length > 0 && free.length > 0) {
        const share = Math.ceil(waiting.length / free.length);
        void answer(free.shift()!, waiting.splice(0, share));
      }
    }, BATCH_WAIT_MS);
  };
  const answer = async (copy: Pick<GenerationWorker, 'answer'>, batch: readonly Waiting[]): Promise<void> => {
    try {
      const answers = await copy.answer(
        batch.map(({ query }) => query),
        settings,
      );
      batch.forEach(({ resolve }, i) => {
        resolve(answers[i]!);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    free.push(copy);
    gather();
  };
  const ask: AnswerQuery = (query) =>
    new Promise((resolve, reject) => {
      waiting.push({ query, resolve, reject });
      gather();
    });
  return settings.temperature > 0 ? ask : remember(ask);
}

/** Who is greedy answers the same prompt the same: an attempt that goes round in circles costs no more answers. */
function remember(ask: AnswerQuery): AnswerQuery {
  const known = new Map<string, Promise<Answer>>();
  return (query) => {
    const prompt = query.prompt.join();
    const answer = known.get(prompt) ?? ask(query);
    known.set(prompt, answer);
    answer.catch(() => known.delete(prompt));
    return answer;
  };
}
