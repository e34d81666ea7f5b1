// What an importer is: it knows its rows by what they hold, and turns one into trajectories.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { z } from 'zod';
import { issueText } from '../../../core/schema/issue-text.ts';
import { type Place, TRAJECTORY_VERSION, type Trajectory } from '../../../core/schema/trajectory.ts';

export interface Format {
  /** As `provenance.source_format` says it. */
  name: string;
  /** By its keys, cheaply; `read` looks closer. */
  isRow: (row: Record<string, unknown>) => boolean;
  /** Fields of a row that are read; what else a row has is not used. */
  fields: readonly string[];
  /** One trajectory, or several where one row holds several attempts. Throws `FormatError`. */
  read: (row: Record<string, unknown>, source: Source) => Trajectory | Trajectory[];
}

/** Where a row stands, and the bytes that it is. */
export interface Source {
  place: Place;
  bytes: Uint8Array;
}

/** A row that its format does not allow; the message is one line. */
export class FormatError extends Error {}

type CarriedFields = Partial<Omit<Trajectory, 'trajectory_id' | 'totals'>> &
  Pick<Trajectory, 'messages' | 'steps'> & {
    trajectory_id?: string | undefined;
    totals?: Partial<Trajectory['totals']>;
  };

/** A trajectory is what its source carries, and where it comes from. */
export function createTrajectory(
  format: string,
  { place, bytes }: Source,
  { trajectory_id, totals, ...fields }: CarriedFields,
): Trajectory {
  return {
    schema_version: TRAJECTORY_VERSION,
    trajectory_id: trajectory_id ?? `${fields.instance_id ?? stemOf(place.file)}.${shortHash(bytes)}`,
    ...fields,
    totals: { steps: fields.steps.length, ...totals },
    provenance: { source_format: format, source: place },
  };
}

/** As SWE-smith names trajectories: by instance and content, so that moving or sharding a file changes no id. */
const shortHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 8);

/** The file's name without what says how it is written. */
const stemOf = (file: string): string => basename(file).replace(/(\.(traj|jsonl?|ndjson|parquet|gz|zst))+$/i, '');

/** The row as its schema knows it. */
export function parseAs<T>(schema: z.ZodType<T>, row: unknown): T {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new FormatError(issueText(parsed.error, row));
}
