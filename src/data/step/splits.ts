// On which side a trajectory's steps are: its instance's, unless the trajectory itself is held out.
import { createHash } from 'node:crypto';
import type { Split } from '../../core/schema/step-instance.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';

/** Plain data, so that worker threads can be told. */
export interface SplitOptions {
  /** By instance id. */
  known: ReadonlyMap<string, Split>;
  /** Of instances that are not known, where the trajectory does not say itself. Without it, Stepwright's own trajectories of such instances
   * have no side; those of other tools train. */
  unknown?: Split | undefined;
  /** Ids of trajectories that are held out whatever their instance is. */
  heldOut?: ReadonlySet<string>;
}

export function splitOf(trajectory: Trajectory, { known, unknown, heldOut }: SplitOptions): Split | undefined {
  if (heldOut?.has(trajectory.trajectory_id)) return 'heldout';
  const isImported = trajectory.provenance.source_format !== 'stepwright';
  return (
    known.get(trajectory.instance_id ?? '') ??
    trajectory.provenance.split ??
    unknown ??
    (isImported ? 'train' : undefined)
  );
}

/** `count` of the ids, drawn by the seed; their order does not matter. */
export function chooseHeldOut(ids: Iterable<string>, count: number, seed: number): Set<string> {
  const rank = (id: string): string => createHash('sha256').update(`${seed}\0${id}`).digest('hex');
  const ranked = [...new Set(ids)].map((id): [string, string] => [rank(id), id]).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Set(ranked.slice(0, count).map(([, id]) => id));
}
