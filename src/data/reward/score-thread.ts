// The thread that scores batches of pairs.
import { workerData } from 'node:worker_threads';
import { type Batch, unpackRows } from '../../core/io/batches.ts';
import { serveThread } from '../../core/run/thread.ts';
import type { PairRewardOptions } from './pairs.ts';
import { createScoreRows } from './score-rows.ts';

const work = createScoreRows(workerData as PairRewardOptions).then(
  (scoreRows) => (batch: Batch) => scoreRows(unpackRows(batch)),
);
serveThread(work);
