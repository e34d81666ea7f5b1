// What the runners share: medians and other quantiles, and a table whose last column is the ratio to the first row.
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(0.95 * (sorted.length - 1))]!;
}

/** Milliseconds of each run, `warm` ones before not counted. */
export async function timeRuns(run: () => Promise<unknown>, { runs = 50, warm = 3 } = {}): Promise<number[]> {
  const times: number[] = [];
  for (let i = -warm; i < runs; i++) {
    const started = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - started);
  }
  return times;
}

/** Rows of [name, milliseconds]; the first is ours. */
export function printTable(title: string, rows: readonly [name: string, ms: number][]): void {
  const ours = rows[0]![1];
  console.log(title);
  for (const [name, ms] of rows)
    console.log(`  ${name.padEnd(28)} ${ms.toFixed(2).padStart(9)} ms  ${(ms / ours).toFixed(1).padStart(6)}×`);
}
