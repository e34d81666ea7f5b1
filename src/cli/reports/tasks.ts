// What the commands on tasks print at their ends.
import { countOf } from '../../core/run/count-of.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { CompletedDrafts } from '../../data/synth/complete-drafts.ts';
import type { SynthResult } from '../../data/synth/synth-run.ts';
import type { ValidationReport } from '../../data/synth/validate.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';
import type { ImportedSuite } from '../../world/task/import-suite.ts';

export function countSplits(instances: readonly Instance[]) {
  const train = instances.filter(({ split }) => split === 'train').length;
  return { made: instances.length, train, heldout: instances.length - train };
}

export function describeMade({ instances, out }: SynthResult): string {
  const { made, train, heldout } = countSplits(instances);
  return `${countOf(made, 'instance')} made (${train} train, ${heldout} held-out): ${out}`;
}

export const describeValidated = ({ total, valid, invalid, pending }: ValidationReport): string =>
  `${valid} of ${countOf(total, 'instance')} valid${invalid.length > 0 ? `; ${invalid.length} invalid` : ''}${pending.length > 0 ? `; ${pending.length} that the machine left unproved` : ''}`;

export const describeCompleted = ({ completed, refused, out }: CompletedDrafts): string =>
  `${countOf(completed, 'instance')} completed: ${out}${refused.length > 0 ? `; ${countOf(refused.length, 'draft')} refused` : ''}`;

export const describeImported = ({ instances, refused, unused, out }: ImportedSuite): string =>
  `${countOf(instances.length, 'instance')} imported, ${countOf(refused.length, 'row')} refused: ${out}${describeUnused({ unused })}`;

/** `why` and `owed` are what `reason` and `pending` were called: they stay beside them for this release. */
export function withFormerKeys(report: ValidationReport) {
  const withWhy = (rows: ValidationReport['invalid']) => rows.map((row) => ({ ...row, why: row.reason }));
  return {
    ...report,
    invalid: withWhy(report.invalid),
    pending: withWhy(report.pending),
    owed: withWhy(report.pending),
  };
}
