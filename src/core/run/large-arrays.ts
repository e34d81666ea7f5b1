// What spreading into a call does, for arrays of any length: `Math.max(...values)` and `push(...items)` put every element on the stack, which
// overflows from some 120 000 on. `npm run check` refuses those.

/** `-Infinity`, or `start`, of nothing. */
export function maxOf(values: Iterable<number>, start = Number.NEGATIVE_INFINITY): number {
  let most = start;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** `Infinity`, or `start`, of nothing. */
export function minOf(values: Iterable<number>, start = Number.POSITIVE_INFINITY): number {
  let least = start;
  for (const value of values) least = Math.min(least, value);
  return least;
}

export function pushAll<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
