// The blocks of one length, in gaps that hold no longer ones: the first gram of the gap's a that stands in its b, and on from its end.
import type { Texts } from './encode.ts';
import { addGap, equalAfter, equalBefore, type Gaps } from './gaps.ts';
import type { Grams } from './grams.ts';
import { createScratch } from './scratch.ts';

const scratch = { first: createScratch(), next: createScratch() };

/** Returns the characters matched, and what is left between the blocks in `left`. */
export function matchShortBlocks(texts: Texts, grams: Grams, gaps: Gaps, left: Gaps): number {
  // Where in the gaps' b a gram stands: the first place that is not behind, and the next one; -1 ends.
  const first = scratch.first(grams.count + 1).fill(-1, 0, grams.count + 1);
  const next = scratch.next(texts.bLength);
  for (let gap = gaps.length - 4; gap >= 0; gap -= 4) {
    for (let j = gaps[gap + 3]! - grams.length; j >= gaps[gap + 2]!; j--) {
      const gram = grams.b[j]!;
      next[j] = first[gram]!;
      first[gram] = j;
    }
  }
  first[0] = -1;

  let matched = 0;
  for (let gap = 0; gap < gaps.length; gap += 4) {
    let [aLow, bLow] = [gaps[gap]!, gaps[gap + 2]!];
    const [aHigh, bHigh] = [gaps[gap + 1]!, gaps[gap + 3]!];
    for (let i = aLow; i <= aHigh - grams.length; ) {
      const gram = grams.a[i]!;
      let j = first[gram]!;
      while (j !== -1 && j < bLow) j = next[j]!;
      first[gram] = j;
      if (j === -1 || j > bHigh - grams.length) {
        i += 1;
        continue;
      }
      const before = equalBefore(texts, i, j, aLow, bLow);
      const size = grams.length + equalAfter(texts, i + grams.length, j + grams.length, aHigh, bHigh);
      matched += before + size;
      addGap(left, aLow, i - before, bLow, j - before);
      [aLow, bLow] = [i + size, j + size];
      i = aLow;
    }
    addGap(left, aLow, aHigh, bLow, bHigh);
  }
  return matched;
}
