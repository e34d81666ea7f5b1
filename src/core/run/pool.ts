// Runs a function over items, some at a time, in order of start; stops starting new ones when the signal aborts.
import pLimit from 'p-limit';

export async function mapPool<T, R>(
  items: readonly T[],
  concurrency: number,
  fn: (item: T, index: number) => Promise<R>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<R[]> {
  const limit = pLimit(Math.max(1, concurrency));
  const run = (item: T, index: number) =>
    limit(() => {
      options.signal?.throwIfAborted();
      return fn(item, index);
    });
  const settled = await Promise.allSettled(items.map(run));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((result) => (result as PromiseFulfilledResult<R>).value);
}
