// Rows of trajectories → lines of step instances, on some threads or in this one; the outcome is the same, and in the order of the rows.
import { type Batch, gatherBatches } from '../../../core/io/batches.ts';
import type { BadRow, RawRow } from '../../../core/io/rows.ts';
import { openThread, type Thread } from '../../../core/run/thread.ts';
import { createWork, type Outcome, type WorkSettings } from './work.ts';

/** `workers`: threads; 0 works in this one. */
export async function* extractRows(
  rows: AsyncIterable<RawRow | BadRow>,
  settings: WorkSettings,
  workers: number,
): AsyncGenerator<Outcome> {
  if (workers > 0) return yield* extractOnThreads(rows, settings, workers);
  const work = await createWork(settings);
  for await (const row of rows) yield* work(row);
}

async function* extractOnThreads(
  rows: AsyncIterable<RawRow | BadRow>,
  settings: WorkSettings,
  workers: number,
): AsyncGenerator<Outcome> {
  const module = new URL('./work-thread.ts', import.meta.url);
  const threads = Array.from({ length: workers }, (): Thread<Batch, Outcome[]> => openThread(module, settings));
  const pending: Promise<Outcome[]>[] = [];
  let turn = 0;
  try {
    for await (const batch of gatherBatches(rows)) {
      const outcomes = threads[turn++ % workers]!.call(batch, [batch.bytes.buffer]).then(receive);
      outcomes.catch(() => undefined); // told when its turn comes
      pending.push(outcomes);
      // Enough to keep the threads busy, few enough to hold in memory.
      if (pending.length > 2 * workers) yield* await pending.shift()!;
    }
    for (const outcomes of pending) yield* await outcomes;
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

/** On the way from a thread a Buffer becomes plain bytes. */
const receive = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.map((outcome) =>
    'why' in outcome && outcome.bytes !== undefined ? { ...outcome, bytes: Buffer.from(outcome.bytes) } : outcome,
  );
