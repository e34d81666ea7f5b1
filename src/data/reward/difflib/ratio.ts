// Python's difflib.SequenceMatcher(None, a, b).ratio(), bit for bit, on code points: 2M / (|a| + |b|), M the characters in the blocks
// that "the longest match first, of equal ones the first in a, then in b; then left and right of it" finds. With autojunk (the
// default, when b has 200 or more characters) those that make up over 1 % of b start no match: they only make one longer. The
// characters that do start one are called seeds here.
//
// difflib looks at every pair of equal characters again for each block. Here they are looked at once, from long to short:
// - all runs (longest matches of seeds) of at least k are listed, k doubling until they are few; longest first, they give the blocks;
// - then, for each length below k, the gaps between the blocks are walked once: what matches first is a block, for nothing longer is left.
// Runs on one diagonal do not overlap, so at most |a||b| / (k + 1) are as long as k, and k stays below 2√(|a| + |b|).
import { encode, type Texts } from './encode.ts';
import { equalAfter, type Gaps } from './gaps.ts';
import { characterGrams, type Grams, joinGrams } from './grams.ts';
import { matchLongBlocks } from './long-blocks.ts';
import { findRuns } from './runs.ts';
import { createScratch } from './scratch.ts';
import { matchShortBlocks } from './short-blocks.ts';

export interface SequenceRatioOptions {
  /** @default true, as in difflib */
  autojunk?: boolean;
}

export function sequenceRatio(a: string, b: string, { autojunk = true }: SequenceRatioOptions = {}): number {
  // Equal texts match on the diagonal, whatever is junk.
  if (a === b) return 1;
  const texts = encode(a, b, autojunk);
  return (2 * countMatches(texts)) / (texts.aLength + texts.bLength);
}

/** Memory is bounded before time is. */
const MOST_RUNS = 1 << 22;
/** Room for the grams of 1, 2, 4, 8 … characters; the first pair is for the lengths between. */
const scratch = Array.from({ length: 32 }, () => ({ a: createScratch(), b: createScratch() }));

function countMatches(texts: Texts): number {
  const { aLength, bLength } = texts;
  const whole = [0, aLength, 0, bLength];
  const doubling: Grams[] = [];
  let grams = characterGrams(texts);
  let runs = findRuns(texts, grams, limitOf(grams));
  while (runs === undefined) {
    doubling.push(grams);
    grams = join(grams, grams.length, whole, doubling.length);
    runs = findRuns(texts, grams, limitOf(grams));
  }
  let gaps: Gaps = [];
  let matched = matchLongBlocks(texts, runs, grams.length, gaps);
  for (let length = grams.length - 1; length > 0 && gaps.length > 0; length--) {
    if (length < doubling.at(-1)!.length) doubling.pop();
    const half = doubling.at(-1)!;
    const left: Gaps = [];
    const these = length === half.length ? half : join(half, length - half.length, gaps, 0);
    matched += matchShortBlocks(texts, these, gaps, left);
    gaps = left;
  }
  // Without any seed left, difflib still matches what the texts begin with.
  return gaps[0] === 0 && gaps[2] === 0 ? matched + equalAfter(texts, 0, 0, gaps[1]!, gaps[3]!) : matched;

  function join(shorter: Grams, offset: number, within: Gaps, slot: number): Grams {
    return joinGrams(shorter, offset, within, scratch[slot]!.a(aLength), scratch[slot]!.b(bLength));
  }

  /** A quarter of what one walk for each length below k costs. */
  function limitOf({ length: k }: Grams): number {
    return Math.min(MOST_RUNS, (k * (aLength + bLength)) >> 2);
  }
}
