// What `filter` says at its end: how many were dropped for which reason, and what is kept.
import { rejectedPath } from '../../core/io/rejected-row.ts';
import type { Emit } from '../../core/run/events.ts';
import type { FilterResult } from '../../data/curate/filter/filter-files.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';

export function emitFilterReport(result: FilterResult, out: string, emit: Emit): void {
  const { trajectories, steps, dropped, rejected } = result;
  for (const [reason, count] of Object.entries(dropped)) emit({ type: 'note', text: `${count} dropped: ${reason}` });
  if (rejected > 0) emit({ type: 'warn', text: `${rejected} rows could not be taken → ${rejectedPath(out)}` });
  emit({ type: 'note', text: `${trajectories} trajectories, ${steps} steps → ${out}${describeUnused(result)}` });
}
