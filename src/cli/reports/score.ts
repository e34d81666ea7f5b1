// What `score` says at its end: the rate, and of which instances and predictions it says nothing.
import { countOf } from '../../core/run/count-of.ts';
import type { NamedReport } from '../../results/evaluate/run.ts';
import type { ScoreReport } from '../../results/evaluate/scoring.ts';

export function describeScore(report: ScoreReport & Pick<NamedReport, 'unknown_predictions'>): string {
  const { resolved_instances: resolved, submitted_instances: submitted, resolve_rate, wilson95 } = report;
  const [low, high] = wilson95.map((share) => (100 * share).toFixed(1));
  const { infra_failure_instances: failed, ambiguous_failure_instances: ambiguous } = report;
  const { empty_patch_instances: empty, incomplete_ids, unknown_predictions: unknown } = report;
  return [
    `${resolved} of ${submitted} resolved, ${(100 * resolve_rate).toFixed(1)} % (95 %: ${low}–${high} %)`,
    ...(failed > 0 ? [`${failed} could not be judged`] : []),
    ...(ambiguous > 0 ? [`${ambiguous} whose tests gave no result`] : []),
    ...(empty > 0 ? [countOf(empty, 'empty patch', 'empty patches')] : []),
    ...(incomplete_ids.length > 0 ? [`${countOf(incomplete_ids.length, 'instance')} without a prediction`] : []),
    ...(unknown > 0 ? [`${countOf(unknown, 'prediction')} for unknown instances not scored`] : []),
  ].join('; ');
}
