// What `collect` says at its end, however it ended: counts, cost, what is pending, and the command that goes on.
import type { Emit } from '../../core/run/events.ts';
import type { CollectReport } from '../../data/collect/report.ts';

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
