// Two texts as small integers, one a code point.
import { createScratch } from './scratch.ts';

export interface Texts {
  aLength: number;
  bLength: number;
  /** Ids of the characters, from 1; 0 is a character that b lacks, and equals nothing. */
  a: Int32Array;
  b: Int32Array;
  /** The same, but 0 for every character that starts no match. */
  aSeeds: Int32Array;
  bSeeds: Int32Array;
  /** The largest id. */
  count: number;
}

/** From this length of b on, autojunk lets characters that make up over 1 % of b start no match. */
const AUTOJUNK_FROM = 200;

/** Code point → id; all 0 between calls. */
const ids = new Int32Array(0x110000);
const scratch = {
  a: createScratch(),
  b: createScratch(),
  aSeeds: createScratch(),
  bSeeds: createScratch(),
  points: createScratch(),
  uses: createScratch(),
  seeds: createScratch(),
};

export function encode(textA: string, textB: string, autojunk: boolean): Texts {
  const [a, aSeeds] = [scratch.a(textA.length), scratch.aSeeds(textA.length)];
  const [b, bSeeds] = [scratch.b(textB.length), scratch.bSeeds(textB.length)];
  const [points, uses] = [scratch.points(textB.length + 1), scratch.uses(textB.length + 1)];
  let [aLength, bLength, count] = [0, 0, 0];

  for (let at = 0; at < textB.length; at++) {
    const point = pointAt(textB, at);
    if (point > 0xffff) at += 1;
    let id = ids[point]!;
    if (id === 0) {
      id = ++count;
      ids[point] = id;
      points[id] = point;
      uses[id] = 0;
    }
    uses[id]! += 1;
    b[bLength++] = id;
  }

  const popularAbove = autojunk && bLength >= AUTOJUNK_FROM ? Math.floor(bLength / 100) + 1 : bLength;
  const seeds = scratch.seeds(count + 1);
  seeds[0] = 0;
  for (let id = 1; id <= count; id++) seeds[id] = uses[id]! > popularAbove ? 0 : id;

  for (let j = 0; j < bLength; j++) bSeeds[j] = seeds[b[j]!]!;
  for (let at = 0; at < textA.length; at++, aLength++) {
    const point = pointAt(textA, at);
    if (point > 0xffff) at += 1;
    const id = ids[point]!;
    a[aLength] = id;
    aSeeds[aLength] = seeds[id]!;
  }
  for (let id = 1; id <= count; id++) ids[points[id]!] = 0;
  return { aLength, bLength, a, b, aSeeds, bSeeds, count };
}

/** A lone surrogate is a character of its own, as in Python. */
function pointAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return (unit & 0xfc00) === 0xd800 ? text.codePointAt(at)! : unit;
}
