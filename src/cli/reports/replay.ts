// What `replay` says at its end: the first differences side by side, then the counts.

import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import { printable } from '../../core/run/printable.ts';
import type { ReplayRow } from '../../data/replay/replay-all.ts';
import { describeDivergence } from '../../data/replay/replay-report.ts';
import type { ReplayResult } from '../../data/replay/run.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';

/** Divergences shown to a person; the run folder has all. */
const MAX_SHOWN = 3;

type Counts = Omit<ReplayResult, 'rows' | 'isFaithful'>;

export function emitReplayReport(counts: Counts, rows: readonly ReplayRow[], emit: Emit): void {
  for (const row of rows.filter(({ different }) => different.length > 0).slice(0, MAX_SHOWN)) {
    const divergence = describeDivergence(row, Math.min(process.stderr.columns ?? 120, 160)) ?? '';
    process.stderr.write(`\n${printable(divergence, { lines: true })}\n`);
  }
  emit({ type: 'note', text: `${sentence(counts)}${describeUnused(counts)}` });
}

const sentence = ({ unknown, errors, unrecorded, ...counts }: Counts): string =>
  [
    `${counts.equal} of ${countOf(counts.steps - unrecorded, 'step')} equal (${counts.exact} exactly), ${counts.different} different`,
    `${counts.diff_equal} of ${countOf(counts.trajectories, 'diff')} equal`,
    `${counts.still_resolved} still resolved`,
    ...(unrecorded > 0 ? [`${countOf(unrecorded, 'step')} without a recorded observation`] : []),
    ...(errors > 0 ? [`${errors} that the sandbox failed`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} of unknown instances not replayed`] : []),
  ].join('; ');
