// What `filter` says at its end: what is kept, and how many were dropped for which reason.
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import type { FilterResult } from '../../data/curate/filter/filter-files.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';

export function emitFilterReport(result: FilterResult, out: string, emit: Emit): void {
  const { trajectories, steps, dropped, rejected } = result;
  if (rejected > 0)
    emit({ type: 'warn', text: `${countOf(rejected, 'row')} could not be taken → ${rejectedPath(out)}` });
  const { schema, ...readable } = dropped; // rows that cannot be read are those that are rejected
  const made = `${countOf(trajectories, 'trajectory', 'trajectories')}, ${countOf(steps, 'step')}`;
  emit({ type: 'note', text: `${made} → ${out}${describeUnused({ ...result, dropped: readable })}` });
}
