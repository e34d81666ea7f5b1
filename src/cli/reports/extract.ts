// What `extract` says: its reasons for dropping steps, in the help, and what came out, at its end.
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import { DROPPED_BY_DEFAULT, dropReasons, KEPT_BY_DEFAULT } from '../../data/step/reasons.ts';
import type { ExtractResult } from '../../data/step/run.ts';
import { formatNames } from '../../data/trajectory/formats/import.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';

export function extractHelp(): string {
  const rows = (reasons: readonly string[]): string =>
    Object.entries(dropReasons)
      .flatMap(([reason, text]) => (reasons.includes(reason) ? [`  ${reason.padEnd(17)} ${text}`] : []))
      .join('\n');
  return `Dropped by default (--keep to keep):
${rows(DROPPED_BY_DEFAULT)}

Kept by default (--drop to drop):
${rows(KEPT_BY_DEFAULT)}

Reads ${formatNames.join(', ')}.`;
}

export function emitExtractReport(result: ExtractResult, emit: Emit): void {
  const { trajectories, steps, step_instances, dropped, kinds, splits, scripts, unknown, rejected, files } = result;
  const note = (text: string): void => emit({ type: 'note', text });
  const from = `${countOf(trajectories, 'trajectory', 'trajectories')}, ${countOf(steps, 'step')}`;
  note(`${from} → ${countOf(step_instances, 'step instance')}`);
  note(`dropped: ${listed(dropped)}`);
  note(`kinds: ${listed(kinds)}; splits: ${listed(splits)}`);
  note(
    `bash actions: ${scripts.total}, of which the grammar cannot read ${scripts.unparsed.length}${some(scripts.unparsed)}`,
  );
  if (rejected > 0)
    emit({ type: 'warn', text: `${countOf(rejected, 'row')} could not be taken → ${rejectedPath(result.out)}` });
  if (unknown.length > 0)
    emit({
      type: 'warn',
      text: `${countOf(unknown.length, 'trajectory', 'trajectories')} of unknown instances${some(unknown)}. Name their suite with --tasks, or their side with --split.`,
    });
  const where = files.length === 1 ? files[0] : `${files.length} files, ${files[0]}, …`;
  note(`${result.written} written to ${where}${describeUnused(result)}`);
}

/** The first of them; --json has all. */
const some = (ids: readonly string[]): string =>
  ids.length === 0 ? '' : `: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`;

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';
