// Scores streams of pairs on all cores; outcomes come in the order of the pairs and do not depend on the number of threads.
import { availableParallelism } from 'node:os';
import { type Batch, gatherBatches, unpackRows } from '../../core/io/batches.ts';
import type { BadRow, RawRow } from '../../core/io/rows.ts';
import { openThread, type Thread } from '../../core/run/thread.ts';
import type { PairRewardOptions } from './pairs.ts';
import { createScoreRows, type Scored } from './score-rows.ts';

export interface Scorer extends AsyncDisposable {
  /** Tells the outcomes as soon as they are there. Several streams may be scored at once. */
  score(rows: AsyncIterable<RawRow | BadRow>, tell: (outcomes: Scored[]) => void | Promise<void>): Promise<void>;
}

export interface ScorerOptions extends PairRewardOptions {
  /** Threads; 0: this one alone. @default as many as there are cores */
  workers?: number;
}

/** Less is scored sooner here (in about half a millisecond) than sent to a thread. */
const WORTH_A_THREAD_BYTES = 16 * 1024;

export async function openScorer({ workers = availableParallelism(), ...options }: ScorerOptions): Promise<Scorer> {
  const scoreHere = await createScoreRows(options);
  const threads: Thread<Batch, Scored[]>[] = [];
  const ahead = 2 * workers;
  let turn = 0;

  /** Threads open with the first batch that they get. */
  async function scoreBatch(batch: Batch): Promise<Scored[]> {
    if (workers === 0 || batch.bytes.length < WORTH_A_THREAD_BYTES) return scoreHere(unpackRows(batch));
    const seat = turn++ % workers;
    threads[seat] ??= openThread(new URL('./score-thread.ts', import.meta.url), options);
    return threads[seat].call(batch, [batch.bytes.buffer]);
  }

  return {
    async score(rows, tell) {
      let told = Promise.resolve();
      const waiting: Promise<void>[] = [];
      try {
        for await (const batch of gatherBatches(rows)) {
          const [before, outcomes] = [told, scoreBatch(batch)];
          told = Promise.all([outcomes, before]).then(([scored]) => tell(scored));
          told.catch(() => undefined); // thrown below
          waiting.push(told);
          if (waiting.length > ahead) await waiting.shift();
        }
      } finally {
        await told;
      }
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(threads.map((thread) => thread.stop()))),
  };
}
