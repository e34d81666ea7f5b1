// Where an instance comes from: its repository and the commits that it starts at, as far as a record tells.
import type { Trajectory } from '../../../core/schema/trajectory.ts';

export interface Origin {
  /** `owner/name`, lower case. */
  repo?: string;
  /** Whole hashes, or beginnings of at least seven digits. */
  commits: string[];
}

/** The fields of an instance, of whatever data set, that tell it. */
export interface OriginFields {
  instance_id?: string | undefined;
  repo?: string | undefined;
  base_commit?: string | undefined;
  image?: string | undefined;
}

/**
 * SWE-bench: `owner__name-123`. SWE-smith: `owner__name.<commit8>.<bug>` in ids, `swesmith/owner__name.<commit8>` as repository.
 * R2E-Gym: an image whose tag is the commit.
 */
export function originOf({ instance_id = '', repo = '', base_commit = '', image = '' }: OriginFields): Origin {
  const smith = [repo, instance_id].map((text) => SMITH.exec(text)).find((match) => match !== null);
  const bench = /^([\w.-]+?)__([\w.-]+)-\d+$/.exec(instance_id);
  const [, owner, name] = smith ?? bench ?? [];
  const named = smith === undefined && repo.includes('/') ? repo : owner && `${owner}/${name}`;
  const commits = [base_commit, smith?.[3] ?? '', /:([0-9a-f]{40})$/.exec(image)?.[1] ?? ''];
  return {
    ...(named && { repo: named.toLowerCase() }),
    commits: commits.filter((commit) => /^[0-9a-f]{7,40}$/.test(commit)),
  };
}

const SMITH = /^(?:swesmith\/)?([\w.-]+?)__([\w.-]+)\.([0-9a-f]{8})(?:\.|$)/;

export const originOfTrajectory = (
  { instance_id, environment }: Trajectory,
  fields: OriginFields | undefined,
): Origin => originOf({ instance_id, image: environment?.image, ...fields });

/** A whole hash names a commit of any repository; the beginning of one, only of the same. */
export function haveCommonCommit(a: Origin, b: Origin): boolean {
  const isSameRepo = a.repo !== undefined && a.repo === b.repo;
  return a.commits.some((one) =>
    b.commits.some((other) =>
      isSameRepo ? one.startsWith(other) || other.startsWith(one) : one.length === 40 && one === other,
    ),
  );
}
