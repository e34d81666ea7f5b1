// The thread that does the work of one extraction's batches.
import { workerData } from 'node:worker_threads';
import { type Batch, unpackRows } from '../../run/batches.ts';
import { serveThread } from '../../run/thread.ts';
import { createWork, type WorkSettings } from './work.ts';

const working = createWork(workerData as WorkSettings).then((work) => (batch: Batch) => work(unpackRows(batch)));

serveThread(working, (outcomes) =>
  outcomes.flatMap((outcome) => ('rows' in outcome ? [outcome.rows.bytes.buffer] : [])),
);
