// A module of ours at work in a thread of its own: jobs go in, outcomes come back in the order of the jobs.
import { parentPort, type ResourceLimits, Worker } from 'node:worker_threads';
import { messageOf } from '../schema/errors.ts';

export interface Thread<Job, Outcome> {
  /** Jobs may wait for each other. Rejects when the job throws or the thread dies. */
  call(job: Job, transfer?: ArrayBuffer[]): Promise<Outcome>;
  stop(): Promise<void>;
}

type Result<Outcome> = { outcome: Outcome } | { error: unknown };

export interface ThreadOptions {
  /** Of its heap; a thread that needs more ends. */
  resourceLimits?: ResourceLimits;
  /** Does not keep the process alive, whatever it does. */
  unref?: boolean;
}

/** The thread itself ended: it could not be started, ran out of memory or left. A job that throws rejects with what it threw. */
export class ThreadEndedError extends Error {}

/** `module` is a source file, `new URL('./work-thread.ts', import.meta.url)`, that calls `serveThread`. */
export function openThread<Job, Outcome>(
  module: URL,
  data: unknown,
  { resourceLimits, unref = false }: ThreadOptions = {},
): Thread<Job, Outcome> {
  const worker = new Worker(threadEntry(module), { workerData: data, ...(resourceLimits && { resourceLimits }) });
  if (unref) worker.unref();
  const waiting: { resolve: (outcome: Outcome) => void; reject: (error: unknown) => void }[] = [];
  let death: ThreadEndedError | undefined;
  const die = (cause: unknown): void => {
    death ??= new ThreadEndedError(`a thread ended: ${messageOf(cause)}`, { cause });
    for (const { reject } of waiting.splice(0)) reject(death);
  };
  worker.on('message', (result: Result<Outcome>) => {
    const { resolve, reject } = waiting.shift()!;
    if ('error' in result) reject(result.error);
    else resolve(result.outcome);
  });
  worker.on('error', die).on('exit', (code) => die(`exit code ${code}`));
  return {
    call: (job, transfer = []) =>
      new Promise((resolve, reject) => {
        if (death !== undefined) return reject(death);
        waiting.push({ resolve, reject });
        worker.postMessage(job, transfer);
      }),
    stop: async () => void (await worker.terminate()),
  };
}

/** To be called in the thread: does the jobs one after the other. `transferOf`: memory of the outcome that moves instead of being copied. */
export function serveThread<Job, Outcome>(
  work: Promise<(job: Job) => Outcome | PromiseLike<Outcome>>,
  transferOf: (outcome: Outcome) => ArrayBuffer[] = () => [],
): void {
  const answer = async (job: Job): Promise<void> => {
    try {
      const outcome = await (await work)(job);
      parentPort!.postMessage({ outcome } satisfies Result<Outcome>, transferOf(outcome));
    } catch (error) {
      parentPort!.postMessage({ error } satisfies Result<Outcome>);
    }
  };
  let last = Promise.resolve();
  parentPort!.on('message', (job: Job) => {
    last = last.then(() => answer(job));
  });
}

/** Run from source, a thread has to register the TypeScript loader for itself (`execArgv --import tsx` does not, on Node 20). */
function threadEntry(module: URL): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL(module.href.replace(/\.ts$/, '.js'));
  const loader = import.meta.resolve('tsx/esm/api');
  const code = `const { register } = await import(${JSON.stringify(loader)}); register(); await import(${JSON.stringify(module.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
