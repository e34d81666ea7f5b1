// What `collect` says at its end, however it ended: counts, cost, what is pending, and the command that goes on.
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import type { CollectReport } from '../../data/collect/report.ts';
import type { CollectResult } from '../../data/collect/run.ts';

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
    text: `${countOf(trajectories, 'trajectory', 'trajectories')}${list}, ${resolved} resolved; cost $${cost_usd.toFixed(4)}`,
  });
  if (pending === 0) return;
  emit({
    type: 'warn',
    text: `${countOf(pending, 'attempt')} pending. Resume with: stepwright collect -c ${run} --run ${run}${more}`,
  });
}

/** Of a run with --out: what is in the file, and what is not and why. */
export function describeKept({ kept, out, trajectories, pending }: CollectResult): string {
  const left = trajectories - kept;
  return [
    `${countOf(kept, 'trajectory', 'trajectories')} → ${out}`,
    ...(left > 0 ? [`${left} not resolved`] : []),
    ...(pending > 0 ? [`${countOf(pending, 'attempt')} pending`] : []),
  ].join('; ');
}
