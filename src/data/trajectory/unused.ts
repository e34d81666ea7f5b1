// What of trajectories is in none of their steps: commands that read them say so in their last line, since nothing else would.
import { countOf } from '../../core/run/count-of.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { orphanResults } from './orphan-results.ts';

/** Of one trajectory. */
export interface Unused {
  /** Replies without an action that can be read. */
  malformed: number;
  /** Results of tools that answer no call. */
  orphans: number;
  /** Fields of its row that are not read; with the first trajectory of a row. */
  fields: readonly string[];
}

/** Of all trajectories of a command. */
export interface UnusedCounts extends Omit<Unused, 'fields'> {
  /** Fields of rows, with how many rows have them. */
  unused: Record<string, number>;
}

export const unusedOf = (trajectory: Trajectory, fields: readonly string[]): Unused => ({
  malformed: trajectory.steps.filter(({ malformed }) => malformed).length,
  orphans: [...orphanResults(trajectory)].length,
  fields,
});

export interface UnusedTally {
  add(unused: Unused): void;
  counts(): UnusedCounts;
}

export function createUnusedTally(): UnusedTally {
  const counts = { malformed: 0, orphans: 0 };
  const fields = new Map<string, number>();
  return {
    add(unused) {
      counts.malformed += unused.malformed;
      counts.orphans += unused.orphans;
      for (const field of unused.fields) fields.set(field, (fields.get(field) ?? 0) + 1);
    },
    counts: () => ({ ...counts, unused: Object.fromEntries(fields) }),
  };
}

/** So many fields are named; `--json` has all. */
const SHOWN = 8;

/** The end of a command's last line; nothing when everything was used. */
export function describeUnused({
  malformed = 0,
  orphans = 0,
  unused = {},
  rejected = 0,
  dropped = {},
}: Partial<UnusedCounts> & { rejected?: number; dropped?: Record<string, number> }): string {
  const fields = Object.entries(unused).map(([name, count]) => `${JSON.stringify(name).slice(1, -1)} (${count})`);
  const reasons = Object.entries(dropped).map(([reason, count]) => `${reason} ${count}`);
  const parts = [
    ...(reasons.length > 0 ? [`dropped: ${reasons.join(', ')}`] : []),
    ...(rejected > 0 ? [`${countOf(rejected, 'row')} rejected`] : []),
    ...(malformed > 0 ? [countOf(malformed, 'malformed reply', 'malformed replies')] : []),
    ...(orphans === 1 ? ['1 result that answers no call'] : []),
    ...(orphans > 1 ? [`${orphans} results that answer no call`] : []),
    ...(fields.length > 0
      ? [`fields not used: ${fields.slice(0, SHOWN).join(', ')}${fields.length > SHOWN ? ', …' : ''}`]
      : []),
  ];
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
}
