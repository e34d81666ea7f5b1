// Where a replica sits: in a worker thread, or in this one. Either takes one job at a time.
import { openThread } from '../../../core/run/thread.ts';
import type { DecoderConfig } from '../../student/checkpoint/config.ts';
import { type Job, type Outcome, runJob } from './jobs.ts';
import { createReplica, type ReplicaOptions } from './replica.ts';

export interface WorkerHandle {
  /** Where the replica writes its gradients. */
  readonly gradient: Float32Array;
  call<T extends Outcome>(job: Job): Promise<T>;
  stop(): Promise<void>;
}

/** Its vectors lie over SharedArrayBuffers. */
export interface WorkerOptions extends ReplicaOptions {
  config: DecoderConfig;
  parameters: Float32Array;
}

/** What a thread starts with. */
export interface WorkerData extends WorkerOptions {
  /** Shared as well. */
  gradient: Float32Array;
}

export const sharedVector = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));

export async function openLocalWorker({ config, parameters, ...options }: WorkerOptions): Promise<WorkerHandle> {
  const replica = await createReplica(config, parameters, options);
  const gradient = new Float32Array(parameters.length);
  return {
    gradient,
    call: async <T extends Outcome>(job: Job) => (await runJob(replica, job, gradient)) as T,
    stop: async () => replica.dispose(),
  };
}

export async function openThreadWorker(options: WorkerOptions): Promise<WorkerHandle> {
  const gradient = sharedVector(options.parameters.length);
  const data: WorkerData = { ...options, gradient };
  const thread = openThread<Job, Outcome>(new URL('./worker.ts', import.meta.url), data);
  return { gradient, call: async <T extends Outcome>(job: Job) => (await thread.call(job)) as T, stop: thread.stop };
}
