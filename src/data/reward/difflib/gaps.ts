// What is still to be matched: stretches of a and b that face each other, in the order in which they stand in both.
import type { Texts } from './encode.ts';

/** Four numbers a gap: a from, a to, b from, b to. */
export type Gaps = number[];

/** Where one side is empty there is nothing left to match. */
export function addGap(gaps: Gaps, aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  if (aLow < aHigh && bLow < bHigh) gaps.push(aLow, aHigh, bLow, bHigh);
}

/** How many characters before (i, j) are equal, back to (aLow, bLow) at most. */
export function equalBefore({ a, b }: Texts, i: number, j: number, aLow: number, bLow: number): number {
  let size = 0;
  while (i - size > aLow && j - size > bLow && a[i - size - 1] === b[j - size - 1]) size += 1;
  return size;
}

/** How many characters from (i, j) on are equal, up to (aHigh, bHigh) at most. */
export function equalAfter({ a, b }: Texts, i: number, j: number, aHigh: number, bHigh: number): number {
  let size = 0;
  while (i + size < aHigh && j + size < bHigh && a[i + size] === b[j + size]) size += 1;
  return size;
}
