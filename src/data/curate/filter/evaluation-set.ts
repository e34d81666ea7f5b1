// Contamination: whether a trajectory holds what an evaluation set asks. By instance, by repository and commit, and by the lines that the
// gold patch changes.

import { changedFiles } from '../../../core/patch/changed-files.ts';
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { haveCommonCommit, type OriginFields, originOf, originOfTrajectory } from './origin.ts';

export interface EvaluationRow extends OriginFields {
  instance_id: string;
  /** The gold patch: what repairs it. */
  patch?: string | undefined;
  /** What is in `train` evaluates nothing. */
  split?: string | undefined;
}

export interface Contamination {
  why: 'contaminated_instance' | 'contaminated_commit' | 'contaminated_patch';
  /** Of which row. */
  detail: string;
}

export interface EvaluationSet {
  /** `fields`: what is known of the trajectory's instance. */
  contaminationOf(trajectory: Trajectory, fields?: OriginFields): Contamination | undefined;
}

/** A patch overlaps when it makes this share of a gold patch's changes, and two of them where there are so many. */
export const DEFAULT_OVERLAP = 0.5;

export function createEvaluationSet(all: readonly EvaluationRow[], overlap = DEFAULT_OVERLAP): EvaluationSet {
  const rows = all.filter(({ split }) => split !== 'train');
  const ids = new Set(rows.map(({ instance_id }) => instance_id));
  const origins = rows.map((row) => ({ instance_id: row.instance_id, ...originOf(row) }));
  const golds = rows.map(({ instance_id, patch = '' }) => ({ instance_id, changes: changesOf(patch) }));
  const goldsWith = new Map<string, number[]>();
  for (const [index, { changes }] of golds.entries())
    for (const change of changes) goldsWith.set(change, [...(goldsWith.get(change) ?? []), index]);

  function overlapping(patch: string): string | undefined {
    const hits = new Map<number, number>();
    for (const change of changesOf(patch))
      for (const index of goldsWith.get(change) ?? []) hits.set(index, (hits.get(index) ?? 0) + 1);
    for (const [index, count] of hits) {
      const { instance_id, changes } = golds[index]!;
      if (count >= Math.min(2, changes.size) && count / changes.size >= overlap)
        return `${instance_id}: ${count} of the ${changes.size} changes of its gold patch`;
    }
    return undefined;
  }

  return {
    contaminationOf(trajectory, fields) {
      const { instance_id = '', patch = '' } = trajectory;
      if (ids.has(instance_id)) return { why: 'contaminated_instance', detail: instance_id };
      const origin = originOfTrajectory(trajectory, fields);
      const sibling = origins.find((other) => haveCommonCommit(origin, other));
      if (sibling) return { why: 'contaminated_commit', detail: sibling.instance_id };
      const detail = overlapping(patch);
      return detail === undefined ? undefined : { why: 'contaminated_patch', detail };
    },
  };
}

/** Changed lines, each with its file and sign. Lines that stand everywhere, `else:` or a brace, say nothing. */
function changesOf(patch: string): Set<string> {
  return new Set(
    changedFiles(patch).flatMap(({ path, removed, added }) => [
      ...removed.filter(isTelling).map((line) => `${path}\0-${line.trim()}`),
      ...added.filter(isTelling).map((line) => `${path}\0+${line.trim()}`),
    ]),
  );
}

const isTelling = (line: string): boolean => (line.match(/\w/g) ?? []).length >= 6;
