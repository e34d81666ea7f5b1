// What `convert` says at its end, to people and to programs.
import { rejectedPath } from '../../core/io/rejected-row.ts';
import type { Emit } from '../../core/run/events.ts';
import type { Converted } from '../../data/trajectory/convert.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';

export function emitConvertReport(result: Converted, out: string, emit: Emit): void {
  const { trajectories, steps, dropped, rejected } = result;
  for (const [reason, count] of Object.entries(dropped)) emit({ type: 'warn', text: `${count} left out: ${reason}` });
  if (rejected > 0) emit({ type: 'warn', text: `${rejected} rows rejected → ${rejectedPath(out)}` });
  emit({ type: 'note', text: `${trajectories} trajectories, ${steps} steps → ${out}${describeUnused(result)}` });
}

/** With the keys that `extract` has, too. */
export const convertCounts = (result: Converted) => ({ ...result, step_instances: 0, kinds: {} });
