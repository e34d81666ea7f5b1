// The mutations of an environment's source files, in the order in which they are tried: the kinds take turns, seeded within each.
import { createHash } from 'node:crypto';
import { textPatch } from '../../core/patch/text-patch.ts';
import { maxOf } from '../../core/run/large-arrays.ts';
import { createRandom, shuffle } from '../../core/run/random.ts';
import type { Environment } from '../../core/schema/environment.ts';
import { applyMutation, type Mutation, mutate } from './mutate.ts';
import type { SourceFile } from './suite-run.ts';

export interface Candidate {
  /** Deterministic instance id: `<environment>.<kind>__<hash of the patch>`. */
  id: string;
  /** `path::function`. */
  functionKey: string;
  mutation: Mutation;
  bugPatch: string;
  goldPatch: string;
}

export interface CandidateOptions {
  seed: number | string;
  /** Default: all. */
  kinds?: readonly string[] | undefined;
}

export async function listCandidates(
  environment: Environment,
  files: readonly SourceFile[],
  { seed, kinds }: CandidateOptions,
): Promise<Candidate[]> {
  const byKind = new Map<string, Candidate[]>();
  for (const { path, text } of files) {
    for (const mutation of await mutate(text, environment.language)) {
      if (kinds && !kinds.includes(mutation.kind)) continue;
      const candidate = createCandidate(environment.name, path, text, mutation);
      byKind.set(mutation.kind, [...(byKind.get(mutation.kind) ?? []), candidate]);
    }
  }
  const random = createRandom(`candidates ${seed} ${environment.name}`);
  return takeTurns([...byKind.values()].map((candidates) => shuffle(random, candidates)));
}

function createCandidate(environment: string, path: string, clean: string, mutation: Mutation): Candidate {
  const buggy = applyMutation(clean, mutation);
  const bugPatch = textPatch(path, clean, buggy);
  const hash = createHash('sha256').update(bugPatch).digest('hex').slice(0, 8);
  return {
    id: `${environment}.${mutation.kind}__${hash}`,
    functionKey: `${path}::${mutation.functionName}`,
    mutation,
    bugPatch,
    goldPatch: textPatch(path, buggy, clean),
  };
}

function takeTurns<T>(lists: readonly T[][]): T[] {
  const longest = maxOf(
    lists.map((list) => list.length),
    0,
  );
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}
