// What `collect` says at its end, however it ended: counts, cost, what is pending, and the command that goes on.
import type { Emit } from '../core/run/events.ts';
import type { Attempt, Ending } from '../core/schema/trajectory.ts';
import { isPending } from '../data/trajectory/store.ts';

export interface CollectReport {
  trajectories: number;
  resolved: number;
  endings: Partial<Record<Ending, number>>;
  /** Of every attempt ever made, those that were made again included. */
  cost_usd: number;
  /** Attempts that were not made, or that the sandbox, the model or an interruption ended. */
  pending: number;
  run: string;
}

export function reportOf(
  attempts: readonly Attempt[],
  { wanted, costUsd, run }: { wanted: number; costUsd: number; run: string },
): CollectReport {
  const endings: CollectReport['endings'] = {};
  for (const { ending } of attempts) endings[ending] = (endings[ending] ?? 0) + 1;
  return {
    trajectories: attempts.length,
    resolved: attempts.filter(({ resolved }) => resolved === true).length,
    endings,
    cost_usd: costUsd,
    pending: wanted - attempts.filter((attempt) => !isPending(attempt)).length,
    run,
  };
}

/** `more`: what the run folder does not keep, and resuming needs. */
export function emitReport(
  { trajectories, resolved, endings, cost_usd, pending, run }: CollectReport,
  emit: Emit,
  more = '',
): void {
  const kinds = Object.entries(endings).map(([ending, count]) => `${ending} ${count}`);
  const list = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  emit({
    type: 'note',
    text: `${trajectories} trajectories${list}, ${resolved} resolved; cost $${cost_usd.toFixed(4)}`,
  });
  if (pending === 0) return;
  emit({
    type: 'warn',
    text: `${pending} attempts pending. Resume with: stepwright collect -c ${run} --run ${run}${more}`,
  });
}
