// What many replays come to.
import type { ReplayRow } from './replay-all.ts';

export interface ReplayCounts {
  trajectories: number;
  /** Those that were compared. */
  steps: number;
  exact: number;
  /** After normalization; exact ones included. */
  equal: number;
  /** Steps of which the record does not say what they answered. */
  unrecorded: number;
  different: number;
  /** Share of the recorded steps that are equal. */
  fidelity: number;
  first_differences: ({ trajectory_id: string } & ReplayRow['different'][number])[];
  recorded_ms: number;
  replayed_ms: number;
  diff_equal: number;
  still_resolved: number;
  /** Ids of those that were resolved and are not any more. */
  lost: string[];
  /** Trajectories that the sandbox failed. */
  errors: number;
}

export function countReplays(rows: readonly ReplayRow[]): ReplayCounts {
  const sum = (value: (row: ReplayRow) => number): number => rows.reduce((total, row) => total + value(row), 0);
  const [steps, equal, unrecorded] = [sum((row) => row.steps), sum((row) => row.equal), sum((row) => row.unrecorded)];
  return {
    trajectories: rows.length,
    ...{ steps, exact: sum((row) => row.exact), equal, unrecorded },
    different: sum((row) => row.different.length),
    fidelity: steps === unrecorded ? 1 : equal / (steps - unrecorded),
    first_differences: rows.flatMap(({ trajectory_id, different: [first] }) =>
      first === undefined ? [] : [{ trajectory_id, ...first }],
    ),
    ...{ recorded_ms: sum((row) => row.recorded_ms), replayed_ms: sum((row) => row.replayed_ms) },
    diff_equal: rows.filter((row) => row.diff_equal === true).length,
    still_resolved: rows.filter((row) => row.still_resolved === true).length,
    lost: rows.filter((row) => row.still_resolved === false).map(({ trajectory_id }) => trajectory_id),
    errors: rows.filter(({ error }) => error !== undefined).length,
  };
}
