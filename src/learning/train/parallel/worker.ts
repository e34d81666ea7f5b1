// The thread of one replica: jobs in, outcomes out. Weights and gradients lie in memory shared with the main thread.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../../../core/run/thread.ts';
import { type Job, type Outcome, runJob } from './jobs.ts';
import { createReplica } from './replica.ts';
import type { WorkerData } from './worker-handle.ts';

const { config, parameters, gradient, ...options } = workerData as WorkerData;
const replica = createReplica(config, parameters, options);

serveThread<Job, Outcome>(replica.then((ready) => (job) => runJob(ready, job, gradient)));
