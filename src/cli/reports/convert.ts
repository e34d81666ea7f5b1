// What `convert` says at its end, to people and to programs.
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import { type Converted, UNRESOLVED } from '../../data/trajectory/convert.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';

export function emitConvertReport(result: Converted, out: string, emit: Emit): void {
  const { trajectories, steps, dropped, rejected } = result;
  for (const [reason, count] of Object.entries(dropped)) emit({ type: 'warn', text: `${count} left out: ${reason}` });
  if (rejected > 0) emit({ type: 'warn', text: `${countOf(rejected, 'row')} rejected → ${rejectedPath(out)}` });
  const { [UNRESOLVED]: unresolved } = dropped; // the other reasons are those of rejected rows
  const unused = describeUnused({ ...result, dropped: unresolved === undefined ? {} : { [UNRESOLVED]: unresolved } });
  const made = `${countOf(trajectories, 'trajectory', 'trajectories')}, ${countOf(steps, 'step')}`;
  emit({ type: 'note', text: `${made} → ${out}${unused}` });
}

/** With the keys that `extract` has, too. */
export const convertCounts = (result: Converted) => ({ ...result, step_instances: 0, kinds: {} });
