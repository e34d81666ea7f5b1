// Typed arrays that are kept from call to call, so that the ratio of two short texts allocates next to nothing.

/** An array of at least `length` elements, which hold what the last user left in them. */
export type Scratch = (length: number) => Int32Array;

/** Larger ones are not kept. @unit elements */
const KEPT = 1 << 20;

export function createScratch(): Scratch {
  let kept = new Int32Array(1 << 10);
  return (length) => {
    if (length <= kept.length) return kept;
    const array = new Int32Array(1 << (32 - Math.clz32(length)));
    if (array.length <= KEPT) kept = array;
    return array;
  };
}
