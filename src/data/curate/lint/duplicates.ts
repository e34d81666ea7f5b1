// Rows that were there before. Of a row only hashes and its name are kept.
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { isPending } from '../../trajectory/store.ts';
import { contentHash } from '../dedup/content-hash.ts';
import { NearIndex } from '../dedup/near-index.ts';
import { actionShingles } from '../dedup/shingles.ts';
import type { Fault, LinePlace, Rule } from './rule.ts';

const nameOf = ({ trajectory_id }: Trajectory, { file, line }: LinePlace): string =>
  `${trajectory_id} (${file}:${line})`;

/** An attempt that is pending is made again under its id. */
export const openDuplicateIds: Rule['open'] = () => {
  const places = new Map<string, string>();
  return function* (trajectory, { file, line }): Generator<Fault> {
    const { trajectory_id } = trajectory;
    const before = places.get(trajectory_id);
    if (before !== undefined) yield { message: `the same trajectory_id is at ${before}` };
    else if (!isPending(trajectory)) places.set(trajectory_id, `${file}:${line}`);
  };
};

export const openDuplicates: Rule['open'] = () => {
  const names = new Map<string, string>();
  return function* (trajectory, place): Generator<Fault> {
    if (trajectory.steps.length === 0) return;
    const hash = contentHash(trajectory);
    const before = names.get(hash);
    if (before !== undefined) yield { message: `the same actions and observations as ${before}` };
    else names.set(hash, nameOf(trajectory, place));
  };
};

/** Exact duplicates are near ones too; they are left to `openDuplicates`. */
export const openNearDuplicates: Rule['open'] = ({ similarity }) => {
  const index = new NearIndex<{ name: string; hash: string }>(similarity);
  return function* (trajectory, place): Generator<Fault> {
    const hash = contentHash(trajectory);
    const near = index.findOrAdd(actionShingles(trajectory), { name: nameOf(trajectory, place), hash });
    if (near !== undefined && near.item.hash !== hash)
      yield { message: `its actions are ${Math.round(near.similarity * 100)} % those of ${near.item.name}` };
  };
};
