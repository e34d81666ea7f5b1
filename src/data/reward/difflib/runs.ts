// The runs of two texts: stretches that match and that cannot be made longer, seed by seed, at either end.
import type { Texts } from './encode.ts';
import type { Grams } from './grams.ts';
import { createScratch } from './scratch.ts';

/** Run r is a[i, i + length) = b[j, j + length) with i = `i[r]` and so on. */
export interface Runs {
  count: number;
  i: Int32Array;
  j: Int32Array;
  length: Int32Array;
}

const scratch = {
  i: createScratch(),
  j: createScratch(),
  length: createScratch(),
  first: createScratch(),
  next: createScratch(),
  nextOther: createScratch(),
};

/** What a run may cost to measure, on average; more means long runs, and grams that are too short for them. */
const STEPS_PER_RUN = 8;

/** All runs that hold one of the grams, by where they start in a, then in b; nothing when they are more work than `limit` allows. */
export function findRuns({ aLength, bLength, aSeeds, bSeeds }: Texts, grams: Grams, limit: number): Runs | undefined {
  // Where in b a gram stands: the first place, the next one, the next one that has another seed before it; -1 ends.
  const first = scratch.first(grams.count + 1).fill(-1, 0, grams.count + 1);
  const [next, nextOther] = [scratch.next(bLength), scratch.nextOther(bLength)];
  for (let j = bLength - grams.length; j >= 0; j--) {
    const gram = grams.b[j]!;
    if (gram === 0) continue;
    const after = first[gram]!;
    first[gram] = j;
    next[j] = after;
    nextOther[j] = j > 0 && after >= 0 && bSeeds[after - 1] === bSeeds[j - 1] ? nextOther[after]! : after;
  }

  const runs = { count: 0, i: scratch.i(limit), j: scratch.j(limit), length: scratch.length(limit) };
  let count = 0;
  for (let i = 0; i <= aLength - grams.length; i++) {
    const gram = grams.a[i]!;
    if (gram === 0) continue;
    const before = i === 0 ? 0 : aSeeds[i - 1]!;
    for (let j = first[gram]!; j >= 0; ) {
      if (before !== 0 && j > 0 && bSeeds[j - 1] === before) {
        j = nextOther[j]!; // the run started earlier
        continue;
      }
      if (count === limit) return undefined;
      runs.i[count] = i;
      runs.j[count] = j;
      count += 1;
      j = next[j]!;
    }
  }
  runs.count = count;
  let steps = 0;
  for (let run = 0; run < count; run++) {
    const length = measure(runs.i[run]!, runs.j[run]!);
    runs.length[run] = length;
    steps += length / grams.length;
    if (steps > STEPS_PER_RUN * limit) return undefined;
  }
  return runs;

  /** A gram at a time, then seed by seed. */
  function measure(i: number, j: number): number {
    const [lastI, lastJ] = [aLength - grams.length, bLength - grams.length];
    let length = grams.length;
    while (i + length <= lastI && j + length <= lastJ && isSame(grams.a[i + length]!, grams.b[j + length]!))
      length += grams.length;
    while (i + length < aLength && j + length < bLength && isSame(aSeeds[i + length]!, bSeeds[j + length]!))
      length += 1;
    return length;
  }
}

const isSame = (a: number, b: number): boolean => a === b && a !== 0;
