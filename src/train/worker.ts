// The thread of one replica: jobs in, outcomes out. Weights and gradients lie in memory shared with the main thread.
import { parentPort, workerData } from 'node:worker_threads';
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

export type Result = { outcome: Outcome } | { error: string };

const { config, backend, parameters, gradient, reference } = workerData as WorkerData;
const replica = await createReplica(
  config,
  new Float32Array(parameters),
  backend,
  reference && new Float32Array(reference),
);
const into = new Float32Array(gradient);

parentPort!.on('message', (job: Job) => parentPort!.postMessage(attempt(job)));
parentPort!.postMessage({ outcome: undefined } satisfies Result);

function attempt(job: Job): Result {
  try {
    return { outcome: runJob(replica, job, into) };
  } catch (error) {
    return { error: String(error instanceof Error ? error.stack : error) };
  }
}
