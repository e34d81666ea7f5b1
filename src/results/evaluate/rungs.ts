// The ladder of the held-out instances (`metadata.rung`): how many of each rung were resolved.
import type { Instance } from '../../core/schema/instance.ts';
import type { Verdict } from '../../core/schema/verdict.ts';

export type RungCounts = Record<string, { resolved: number; total: number }>;

/** Instances without a rung are counted in none. Every selected instance counts, judged or not. */
export function countRungs(instances: readonly Instance[], verdicts: readonly Verdict[]): RungCounts {
  const resolved = new Set(verdicts.filter((verdict) => verdict.resolved).map(({ instance_id }) => instance_id));
  const rungs = new Map<string, { resolved: number; total: number }>();
  for (const { instance_id, metadata } of instances) {
    if (metadata.rung === undefined) continue;
    const rung = rungs.get(metadata.rung) ?? { resolved: 0, total: 0 };
    rung.total += 1;
    if (resolved.has(instance_id)) rung.resolved += 1;
    rungs.set(metadata.rung, rung);
  }
  return Object.fromEntries([...rungs].sort(([a], [b]) => a.localeCompare(b)));
}
