// The blocks of k and more seeds: the longest run of a gap is difflib's block there; it splits the gap, and the runs with it.
import type { Texts } from './encode.ts';
import { addGap, equalAfter, equalBefore, type Gaps } from './gaps.ts';
import type { Runs } from './runs.ts';
import { createScratch } from './scratch.ts';

const scratchNext = createScratch();

/** `runs` (which it uses up) are all of k and more. Returns the characters matched, and what is between the blocks in `gaps`. */
export function matchLongBlocks(texts: Texts, runs: Runs, k: number, gaps: Gaps): number {
  const { i: starts, j: startsInB, length: lengths } = runs;
  // Runs of one gap are a linked list; -1 ends it.
  const next = scratchNext(runs.count);
  let matched = 0;
  let [list, best] = [-1, -1];
  for (let run = 0; run < runs.count; run++) {
    next[run] = list;
    list = run;
    if (isBetter(run, best)) best = run;
  }
  const open = [0, texts.aLength, 0, texts.bLength, list, best];
  while (open.length > 0) {
    best = open.pop()!;
    list = open.pop()!;
    const bHigh = open.pop()!;
    const bLow = open.pop()!;
    const aHigh = open.pop()!;
    const aLow = open.pop()!;
    if (best === -1) {
      addGap(gaps, aLow, aHigh, bLow, bHigh);
      continue;
    }
    let [i, j] = [starts[best]!, startsInB[best]!];
    let [iEnd, jEnd] = [i + lengths[best]!, j + lengths[best]!];
    const before = equalBefore(texts, i, j, aLow, bLow);
    const after = equalAfter(texts, iEnd, jEnd, aHigh, bHigh);
    [i, j, iEnd, jEnd] = [i - before, j - before, iEnd + after, jEnd + after];
    matched += iEnd - i;

    // No run reaches both sides: it would pass the block, and so be longer.
    let [left, leftBest, right, rightBest] = [-1, -1, -1, -1];
    for (let run = list, following: number; run !== -1; run = following) {
      following = next[run]!;
      const [start, startInB] = [starts[run]!, startsInB[run]!];
      if (start < i && startInB < j) {
        const length = Math.min(lengths[run]!, i - start, j - startInB);
        if (length < k) continue;
        lengths[run] = length;
        next[run] = left;
        left = run;
        if (isBetter(run, leftBest)) leftBest = run;
      } else {
        const cut = Math.max(0, iEnd - start, jEnd - startInB);
        const length = lengths[run]! - cut;
        if (length < k) continue;
        starts[run] = start + cut;
        startsInB[run] = startInB + cut;
        lengths[run] = length;
        next[run] = right;
        right = run;
        if (isBetter(run, rightBest)) rightBest = run;
      }
    }
    open.push(iEnd, aHigh, jEnd, bHigh, right, rightBest);
    open.push(aLow, i, bLow, j, left, leftBest);
  }
  return matched;

  /** Longer, else earlier in a, else earlier in b. */
  function isBetter(run: number, than: number): boolean {
    if (than === -1) return true;
    if (lengths[run] !== lengths[than]) return lengths[run]! > lengths[than]!;
    if (starts[run] !== starts[than]) return starts[run]! < starts[than]!;
    return startsInB[run]! < startsInB[than]!;
  }
}
