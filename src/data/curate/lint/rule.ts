// What a rule of the linter is: a small function from a trajectory to what is wrong with it.
import type { RowPlace } from '../../../core/io/rows.ts';
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import type { WriteScope } from '../../step/write-scope.ts';

/** `error`: what would be learned from the row is wrong. `warning`: someone should look. */
export const severities = ['error', 'warning'] as const;
export type Severity = (typeof severities)[number];

export interface Fault {
  /** From 0; absent when it is of the whole trajectory. */
  step?: number;
  /** Never quotes a secret, nor any text that might hold one. */
  message: string;
}

/** Where a trajectory stands. */
export type LinePlace = Pick<RowPlace, 'file' | 'line'>;

export type Check = (trajectory: Trajectory, place: LinePlace) => Iterable<Fault> | Promise<Iterable<Fault>>;

/** What the rules need of rooms that this one may not import. */
export interface LintContext {
  writeScopeOf: (script: string) => Promise<WriteScope>;
  /** From this share of equal shingles on, two trajectories are near-duplicates. */
  similarity: number;
}

export interface Rule {
  severity: Severity;
  /** One line for `--help`. */
  about: string;
  /** Once a run: a rule that compares trajectories keeps, here and nowhere else, hashes of those it has seen. */
  open: (context: LintContext) => Check;
}
