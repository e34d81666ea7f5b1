// The thread that does the work of one extraction's batches.
import { workerData } from 'node:worker_threads';
import { type Batch, unpackRows } from '../../../core/io/batches.ts';
import { serveThread } from '../../../core/run/thread.ts';
import { createWork, type Outcome, type WorkSettings } from './work.ts';

const working = createWork(workerData as WorkSettings).then(
  (work) => (batch: Batch) => unpackRows(batch).flatMap((row) => Array.from(work(row), keep)),
);

/** Copied before the next outcome takes its memory. */
function keep(outcome: Outcome): Outcome {
  if (!('rows' in outcome)) return outcome;
  const { bytes, ends } = outcome.rows;
  return { ...outcome, rows: { bytes: new Uint8Array(bytes), ends } };
}

serveThread(working, (outcomes) =>
  outcomes.flatMap((outcome) => ('rows' in outcome ? [outcome.rows.bytes.buffer] : [])),
);
