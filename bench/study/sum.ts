// The rows of several seeds' leaderboards as one: resolved instances add up, means are taken over the seeds.

import { wilson95 } from '../../src/results/evaluate/wilson.ts';
import type { Row } from '../../src/results/leaderboard/rows.ts';

export function sumOfSeeds(seeds: readonly (readonly Row[])[]): Row[] {
  const names = [...new Set(seeds.flat().map(({ name }) => name))];
  return names.map((name) => sumRows(seeds.flatMap((rows) => rows.filter((row) => row.name === name))));
}

function sumRows(rows: readonly Row[]): Row {
  const resolved = sum(rows.map((row) => row.resolved));
  const total = sum(rows.map((row) => row.total));
  const rungs = [...new Set(rows.flatMap((row) => Object.keys(row.rungs)))].map((rung) => {
    const counts = rows.flatMap((row) => row.rungs[rung] ?? []);
    return [rung, { resolved: sum(counts.map((of) => of.resolved)), total: sum(counts.map((of) => of.total)) }];
  });
  return {
    name: rows[0]!.name,
    resolved,
    total,
    resolve_rate: resolved / total,
    wilson95: wilson95(resolved, total),
    step_reward: meanOf(rows.map((row) => row.step_reward)),
    steps_mean: meanOf(rows.map((row) => row.steps_mean)),
    tokens_mean: meanOf(rows.map((row) => row.tokens_mean)),
    rungs: Object.fromEntries(rungs),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known) / known.length;
}
