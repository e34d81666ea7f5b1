// SWE-bench's run report (schema 2) and per-instance report.json, made of verdicts. Keys are only ever added.
import type { Instance } from '../../core/schema/instance.ts';
import type { Prediction, Verdict } from '../../core/schema/verdict.ts';
import { wilson95 } from './wilson.ts';

export interface RunReport {
  total_instances: number;
  submitted_instances: number;
  completed_instances: number;
  resolved_instances: number;
  unresolved_instances: number;
  infra_failure_instances: number;
  ambiguous_failure_instances: number;
  empty_patch_instances: number;
  error_instances: number;
  completed_ids: string[];
  incomplete_ids: string[];
  empty_patch_ids: string[];
  submitted_ids: string[];
  resolved_ids: string[];
  unresolved_ids: string[];
  infra_failure_ids: string[];
  ambiguous_failure_ids: string[];
  error_ids: string[];
  failure_reasons: Record<string, string>;
  schema_version: 2;
  /** Of all submitted ids: what could not be judged, or was empty, counts as tried. */
  resolve_rate: number;
  wilson95: [number, number];
}

export function createReport(
  instances: readonly Pick<Instance, 'instance_id'>[],
  predictions: readonly Prediction[],
  verdicts: readonly Verdict[],
): RunReport {
  const submitted = predictions.map(({ instance_id }) => instance_id).sort();
  const idsOf = (wanted: (verdict: Verdict) => boolean): string[] =>
    verdicts
      .filter(wanted)
      .map(({ instance_id }) => instance_id)
      .sort();
  const is =
    (...outcomes: Verdict['outcome'][]) =>
    ({ outcome }: Verdict): boolean =>
      outcomes.includes(outcome);
  const ids = {
    completed_ids: idsOf(is('completed')),
    incomplete_ids: without(instances, new Set(submitted)),
    empty_patch_ids: idsOf(is('empty_patch')),
    submitted_ids: submitted,
    resolved_ids: idsOf(({ resolved }) => resolved),
    unresolved_ids: idsOf(({ outcome, resolved }) => outcome === 'completed' && !resolved),
    infra_failure_ids: idsOf(is('infra_failure')),
    // Load, or a runner that died of the patch: the log does not tell.
    ambiguous_failure_ids: idsOf(is('timed_out', 'out_of_memory', 'disk_full', 'invalid_log')),
    error_ids: idsOf(({ outcome }) => outcome !== 'completed' && outcome !== 'empty_patch'),
  };
  const failed = verdicts.filter(({ reason }) => reason !== '');
  return {
    total_instances: instances.length,
    submitted_instances: submitted.length,
    completed_instances: ids.completed_ids.length,
    resolved_instances: ids.resolved_ids.length,
    unresolved_instances: ids.unresolved_ids.length,
    infra_failure_instances: ids.infra_failure_ids.length,
    ambiguous_failure_instances: ids.ambiguous_failure_ids.length,
    empty_patch_instances: ids.empty_patch_ids.length,
    error_instances: ids.error_ids.length,
    ...ids,
    failure_reasons: Object.fromEntries(failed.map(({ instance_id, reason }) => [instance_id, reason])),
    schema_version: 2,
    resolve_rate: submitted.length === 0 ? 0 : ids.resolved_ids.length / submitted.length,
    wilson95: wilson95(ids.resolved_ids.length, submitted.length),
  };
}

const without = (instances: readonly Pick<Instance, 'instance_id'>[], ids: ReadonlySet<string>): string[] =>
  instances
    .map(({ instance_id }) => instance_id)
    .filter((id) => !ids.has(id))
    .sort();

const emptyBucket = { success: [], failure: [] };

/** SWE-bench's report.json of one instance. `patch_successfully_applied` means there, too, that the log could be read. */
export function instanceReport(
  { instance_id, outcome, resolved, reason, tests_status }: Verdict,
  patch: string | null,
) {
  const infra_failure = outcome === 'infra_failure';
  return {
    [instance_id]: {
      patch_is_None: patch === null,
      patch_exists: patch !== null && patch.trim() !== '',
      patch_successfully_applied: outcome === 'completed',
      resolved,
      infra_failure,
      ...(infra_failure && { infra_failure_reason: reason }),
      ...(tests_status && {
        tests_status: { ...tests_status, FAIL_TO_FAIL: emptyBucket, PASS_TO_FAIL: emptyBucket },
      }),
    },
  };
}
