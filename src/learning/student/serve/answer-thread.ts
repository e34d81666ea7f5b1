// The thread of one copy of a student.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../../../core/run/thread.ts';
import type { Answer } from '../generate/generate.ts';
import { type AnswerJob, type CopySettings, openLocalCopy } from './copies.ts';

const copy = openLocalCopy(workerData as CopySettings);
serveThread<AnswerJob, Answer[]>(
  copy.then(
    ({ answer }) =>
      (job) =>
        answer(job.queries, job.settings),
  ),
);
