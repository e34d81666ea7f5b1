// Substrings of one length as integers: equal grams of a and b have equal ids, so many characters are compared as one number.
import type { Texts } from './encode.ts';
import type { Gaps } from './gaps.ts';
import { createScratch } from './scratch.ts';

export interface Grams {
  /** Characters in a gram. */
  length: number;
  /** Ids by where the gram starts, from 1; 0 when one of its characters starts no match, or when b has no such gram. */
  a: Int32Array;
  b: Int32Array;
  /** The largest id. */
  count: number;
}

export const characterGrams = ({ aSeeds, bSeeds, count }: Texts): Grams => ({ length: 1, a: aSeeds, b: bSeeds, count });

/** An open hash table: slot → id, and the pair of shorter grams that each id stands for. */
const scratch = { slots: createScratch(), lefts: createScratch(), rights: createScratch() };

/** The grams that are `offset` longer, each a pair of the given ones that touch or overlap. Written into `a` and `b`, for gaps only. */
export function joinGrams(grams: Grams, offset: number, gaps: Gaps, a: Int32Array, b: Int32Array): Grams {
  const length = grams.length + offset;
  let room = 1;
  for (let gap = 0; gap < gaps.length; gap += 4) room += gaps[gap + 3]! - gaps[gap + 2]!;
  const bits = 33 - Math.clz32(room);
  const slots = scratch.slots(1 << bits).fill(0, 0, 1 << bits);
  const [lefts, rights] = [scratch.lefts(room), scratch.rights(room)];
  let count = 0;
  for (let gap = 0; gap < gaps.length; gap += 4) {
    const [low, high] = [gaps[gap + 2]!, gaps[gap + 3]!];
    for (let j = low; j <= high - length; j++) {
      const [left, right] = [grams.b[j]!, grams.b[j + offset]!];
      b[j] = 0;
      if (left === 0 || right === 0) continue;
      const slot = slotOf(left, right, slots, lefts, rights, bits);
      if (slots[slot] === 0) {
        slots[slot] = ++count;
        lefts[count] = left;
        rights[count] = right;
      }
      b[j] = slots[slot]!;
    }
  }
  for (let gap = 0; gap < gaps.length; gap += 4) {
    const [low, high] = [gaps[gap]!, gaps[gap + 1]!];
    for (let i = low; i <= high - length; i++) {
      const [left, right] = [grams.a[i]!, grams.a[i + offset]!];
      a[i] = left === 0 || right === 0 ? 0 : slots[slotOf(left, right, slots, lefts, rights, bits)]!;
    }
  }
  return { length, a, b, count };
}

/** The slot of a pair, or the free one where it would go. */
function slotOf(
  left: number,
  right: number,
  slots: Int32Array,
  lefts: Int32Array,
  rights: Int32Array,
  bits: number,
): number {
  const mask = (1 << bits) - 1;
  let slot = Math.imul(Math.imul(left, 0x9e3779b1) + right, 0x85ebca6b) >>> (32 - bits);
  for (let id = slots[slot]!; id !== 0 && (lefts[id] !== left || rights[id] !== right); id = slots[slot]!)
    slot = (slot + 1) & mask;
  return slot;
}
