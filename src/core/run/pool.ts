// Runs a function over items, some at a time, in order of start. After the first failure, and once the signal aborts, none is started: what
// runs is waited for, what remains is not paid for.
import pLimit from 'p-limit';

export async function mapPool<T, R>(
  items: readonly T[],
  concurrency: number,
  fn: (item: T, index: number) => Promise<R>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<R[]> {
  const limit = createPool(concurrency, options.signal);
  const settled = await Promise.allSettled(items.map((item, index) => limit(() => fn(item, index))));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((result) => (result as PromiseFulfilledResult<R>).value);
}

export type Pool = <R>(work: () => Promise<R>) => Promise<R>;

/** The same for work that is not all there from the beginning. What is not started any more rejects with the first failure. */
export function createPool(concurrency: number, signal?: AbortSignal | undefined): Pool {
  const limit = pLimit(Math.max(1, concurrency));
  let failure: { reason: unknown } | undefined;
  return (work) =>
    limit(async () => {
      if (failure !== undefined) throw failure.reason;
      try {
        signal?.throwIfAborted();
        return await work();
      } catch (reason) {
        failure ??= { reason };
        throw reason;
      }
    });
}
