// What `replay` says at its end: the first differences side by side, then the counts.
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

const sentence = (counts: Counts): string =>
  `${counts.equal} of ${counts.steps - counts.unrecorded} steps equal (${counts.exact} exactly), ${counts.different} different; ${counts.diff_equal} of ${counts.trajectories} diffs equal; ${counts.still_resolved} still resolved${counts.unknown.length > 0 ? `; ${counts.unknown.length} of unknown instances not replayed` : ''}`;
