// The thread of one copy of a student.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../../../core/run/thread.ts';
import type { Answer } from '../generate/generate.ts';
import { type AnswerJob, type GenerationWorkerSettings, openLocalGenerationWorker } from './generation-worker.ts';

const copy = openLocalGenerationWorker(workerData as GenerationWorkerSettings);
serveThread<AnswerJob, Answer[]>(
  copy.then(
    ({ answer }) =>
      (job) =>
        answer(job.queries, job.settings),
  ),
);
