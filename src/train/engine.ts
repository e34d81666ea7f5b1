// The engine: replicas of the student on worker threads, data-parallel. Each gets a share of every batch; gradients are summed in the
// main thread, always in the same order, so that a run is repeatable.
import { Worker } from 'node:worker_threads';
import type { BackendName } from '../student/backend.ts';
import type { Qwen2Config } from '../student/config.ts';
import type { Answer } from '../student/generate.ts';
import { rowsOf } from '../student/packing.ts';
import type { GradientStats, LossOptions, RolloutJob, TrainExample } from './replica.ts';
import type { Job, Result, WorkerData } from './worker.ts';

export interface Engine {
  /** The weights, in memory shared with the replicas. After changing them call `refresh`. */
  readonly parameters: Float32Array;
  /** The summed gradient of the batch's loss; valid until the next call. */
  gradients(
    examples: readonly TrainExample[],
    options: LossOptions,
  ): Promise<{ gradient: Float32Array; stats: GradientStats }>;
  /** The answers of every prompt, in order. */
  rollouts(job: RolloutJob): Promise<Answer[][]>;
  refresh(): Promise<void>;
  dispose(): Promise<void>;
}

export async function openEngine(
  config: Qwen2Config,
  initial: Float32Array,
  options: { workers: number; backend: BackendName | 'auto' },
): Promise<Engine> {
  const parameters = sharedVector(initial.length);
  parameters.set(initial);
  const threads = await Promise.all(
    Array.from({ length: options.workers }, async () => {
      const gradient = sharedVector(initial.length);
      const call = await startThread({
        config,
        backend: options.backend,
        parameters: parameters.buffer,
        gradient: gradient.buffer,
      });
      return { ...call, gradient };
    }),
  );
  return {
    parameters,
    gradients: async (examples, loss) => {
      const shares = balance(examples, threads.length, (example) => rowsOf(example));
      const busy = threads.filter((_, i) => shares[i]!.length > 0);
      const parts = await Promise.all(
        busy.map((thread, i) => thread.call<GradientStats>({ type: 'gradients', examples: shares[i]!, options: loss })),
      );
      const gradient = busy[0]!.gradient;
      for (const other of busy.slice(1)) addInto(gradient, other.gradient);
      return { gradient, stats: parts.reduce(addStats) };
    },
    rollouts: async (job) => {
      const order = job.prompts.map((_, index) => index);
      const shares = balance(order, threads.length, (index) => job.prompts[index]!.length);
      const answers: Answer[][] = [];
      await Promise.all(
        threads.map(async (thread, i) => {
          const share = shares[i]!;
          if (share.length === 0) return;
          const mine = {
            ...job,
            prompts: share.map((at) => job.prompts[at]!),
            streams: share.map((at) => job.streams[at]!),
          };
          const groups = await thread.call<Answer[][]>({ type: 'rollouts', job: mine });
          groups.forEach((group, j) => {
            answers[share[j]!] = group;
          });
        }),
      );
      return answers;
    },
    refresh: async () => void (await Promise.all(threads.map((thread) => thread.call({ type: 'refresh' })))),
    dispose: async () => void (await Promise.all(threads.map((thread) => thread.stop()))),
  };
}

interface SharedVector extends Float32Array {
  readonly buffer: SharedArrayBuffer;
}
const sharedVector = (length: number): SharedVector =>
  new Float32Array(new SharedArrayBuffer(4 * length)) as SharedVector;

/** One job at a time and thread; a thread that dies fails the job it had. */
async function startThread(workerData: WorkerData) {
  const worker = new Worker(threadEntry(), { workerData });
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (result: Result): void => {
        worker.off('error', fail).off('exit', fail);
        if ('error' in result) reject(new Error(`training thread: ${result.error}`));
        else resolve(result.value as T);
      };
      const fail = (cause: unknown): void => {
        worker.off('message', settle).off('error', fail).off('exit', fail);
        reject(new Error(`training thread ended: ${cause}`, { cause }));
      };
      worker.once('message', settle).once('error', fail).once('exit', fail);
    });
  await next();
  return {
    call: <T = void>(job: Job): Promise<T> => {
      const result = next<T>();
      worker.postMessage(job);
      return result;
    },
    stop: () => worker.terminate(),
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

/** Shares of about equal weight: the heaviest first, each to the lightest share (ties to the first, so always the same). */
function balance<T>(items: readonly T[], shares: number, weigh: (item: T) => number): T[][] {
  const result = Array.from({ length: shares }, () => ({ items: [] as T[], weight: 0 }));
  for (const item of [...items].sort((a, b) => weigh(b) - weigh(a))) {
    const lightest = result.reduce((least, share) => (share.weight < least.weight ? share : least));
    lightest.items.push(item);
    lightest.weight += weigh(item);
  }
  return result.map((share) => share.items);
}

const addStats = (a: GradientStats, b: GradientStats): GradientStats => ({
  loss: a.loss + b.loss,
  tokens: a.tokens + b.tokens,
  nll: a.nll + b.nll,
  clippedLow: a.clippedLow + b.clippedLow,
  clippedHigh: a.clippedHigh + b.clippedHigh,
  maxDifference: Math.max(a.maxDifference, b.maxDifference),
});

function addInto(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!;
}
