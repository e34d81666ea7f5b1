// Where a replica sits: in a worker thread, or in this one. Either takes one job at a time.
import { Worker } from 'node:worker_threads';
import type { BackendName } from '../student/backend.ts';
import type { Qwen2Config } from '../student/config.ts';
import { type Job, type Outcome, runJob } from './jobs.ts';
import { createReplica } from './replica.ts';
import type { Result } from './worker.ts';

export interface Seat {
  /** Where the replica writes its gradients. */
  readonly gradient: Float32Array;
  call<T extends Outcome>(job: Job): Promise<T>;
  stop(): Promise<void>;
}

export interface SeatOptions {
  config: Qwen2Config;
  backend: BackendName | 'auto';
  /** Over a SharedArrayBuffer. */
  parameters: Float32Array;
  /** Of the reference policy, where there is one; shared too. */
  reference: Float32Array | undefined;
}

export const sharedVector = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));

export async function openLocalSeat({ config, backend, parameters, reference }: SeatOptions): Promise<Seat> {
  const replica = await createReplica(config, parameters, backend, reference);
  const gradient = new Float32Array(parameters.length);
  return {
    gradient,
    call: async <T extends Outcome>(job: Job) => runJob(replica, job, gradient) as T,
    stop: async () => replica.dispose(),
  };
}

/** A thread that dies fails the job it had. */
export async function openThreadSeat({ config, backend, parameters, reference }: SeatOptions): Promise<Seat> {
  const gradient = sharedVector(parameters.length);
  const worker = new Worker(threadEntry(), {
    workerData: {
      config,
      backend,
      parameters: parameters.buffer,
      gradient: gradient.buffer,
      reference: reference?.buffer,
    },
  });
  const next = <T extends Outcome>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (result: Result): void => {
        worker.off('error', fail).off('exit', fail);
        if ('error' in result) reject(new Error(`training thread: ${result.error}`));
        else resolve(result.outcome as T);
      };
      const fail = (cause: unknown): void => {
        worker.off('message', settle).off('error', fail).off('exit', fail);
        reject(new Error(`training thread ended: ${cause}`, { cause }));
      };
      worker.once('message', settle).once('error', fail).once('exit', fail);
    });
  await next();
  return {
    gradient,
    call: <T extends Outcome>(job: Job): Promise<T> => {
      const outcome = next<T>();
      worker.postMessage(job);
      return outcome;
    },
    stop: async () => void (await worker.terminate()),
  };
}

/** Run from source, a thread has to register the TypeScript loader for itself (`execArgv --import tsx` does not, on Node 20). */
function threadEntry(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./worker.js', import.meta.url);
  const loader = import.meta.resolve('tsx/esm/api');
  const worker = new URL('./worker.ts', import.meta.url).href;
  const code = `const { register } = await import(${JSON.stringify(loader)}); register(); await import(${JSON.stringify(worker)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
