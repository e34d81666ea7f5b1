// The thread of one replica: jobs in, results out. Weights and gradients lie in memory shared with the main thread.
import { parentPort, workerData } from 'node:worker_threads';
import type { BackendName } from '../student/backend.ts';
import type { Qwen2Config } from '../student/config.ts';
import type { Answer } from '../student/generate.ts';
import { createReplica, type GradientStats, type LossOptions, type RolloutJob, type TrainExample } from './replica.ts';

export interface WorkerData {
  config: Qwen2Config;
  backend: BackendName | 'auto';
  parameters: SharedArrayBuffer;
  gradient: SharedArrayBuffer;
}

export type Job =
  | { type: 'gradients'; examples: readonly TrainExample[]; options: LossOptions }
  | { type: 'rollouts'; job: RolloutJob }
  | { type: 'refresh' };
export type Result = { value: GradientStats | Answer[][] | undefined } | { error: string };

const { config, backend, parameters, gradient } = workerData as WorkerData;
const replica = await createReplica(config, new Float32Array(parameters), backend);
const into = new Float32Array(gradient);

parentPort!.on('message', (job: Job) => {
  let result: Result;
  try {
    result = { value: run(job) };
  } catch (error) {
    result = { error: String(error instanceof Error ? error.stack : error) };
  }
  parentPort!.postMessage(result);
});
parentPort!.postMessage({ value: undefined } satisfies Result);

function run(job: Job): GradientStats | Answer[][] | undefined {
  if (job.type === 'gradients') return replica.gradients(job.examples, job.options, into);
  if (job.type === 'rollouts') return replica.rollouts(job.job);
  replica.refresh();
  return undefined;
}
