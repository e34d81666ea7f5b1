// The thread of one replica: jobs in, outcomes out. Weights and gradients lie in memory shared with the main thread.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../run/thread.ts';
import type { BackendName } from '../student/backend.ts';
import type { Qwen2Config } from '../student/config.ts';
import { type Job, type Outcome, runJob } from './jobs.ts';
import { createReplica } from './replica.ts';

export interface WorkerData {
  config: Qwen2Config;
  backend: BackendName | 'auto';
  parameters: SharedArrayBuffer;
  gradient: SharedArrayBuffer;
  reference: SharedArrayBuffer | undefined;
}

const { config, backend, parameters, gradient, reference } = workerData as WorkerData;
const replica = createReplica(config, new Float32Array(parameters), backend, reference && new Float32Array(reference));
const into = new Float32Array(gradient);

serveThread<Job, Outcome>(replica.then((ready) => (job) => runJob(ready, job, into)));
