// Python's difflib.SequenceMatcher(None, a, b).ratio(), bit for bit, on code points: 2M / (|a| + |b|), M the characters in the blocks
// that "longest contiguous match first, then left and right of it" finds. With autojunk (the default, when b has 200 or more
// characters) characters that make up over 1 % of b start no match; they only extend one.
//
// Only M is needed, so blocks are neither sorted nor merged; b is indexed once and can be compared with many a.

export interface SequenceMatcherOptions {
  /** @default true, as in difflib */
  autojunk?: boolean;
}

const AUTOJUNK_FROM = 200;

export const sequenceRatio = (a: string, b: string, options?: SequenceMatcherOptions): number =>
  createSequenceMatcher(b, options)(a);

/** Indexes `b` once; the function returned gives the ratio of any `a` to it. */
export function createSequenceMatcher(
  b: string,
  { autojunk = true }: SequenceMatcherOptions = {},
): (a: string) => number {
  const target = indexTarget(b, autojunk);
  return (a) => {
    // Equal texts match on the diagonal whatever is junk: 1.0 in difflib too.
    if (a === b) return 1;
    const source = Int32Array.from(codePoints(a), (point) => target.ids.get(point) ?? -1);
    return (2 * countMatches(source, target)) / (source.length + target.sequence.length);
  };
}

interface Target {
  /** Code point → dense id. */
  ids: Map<number, number>;
  /** b as ids. */
  sequence: Int32Array;
  /** Positions in b of id k, ascending: `positions[starts[k] … starts[k + 1])`; none for popular ones. */
  starts: Int32Array;
  positions: Int32Array;
}

function indexTarget(b: string, autojunk: boolean): Target {
  const ids = new Map<number, number>();
  const sequence = Int32Array.from(codePoints(b), (point) => {
    const id = ids.get(point) ?? ids.size;
    ids.set(point, id);
    return id;
  });
  const n = sequence.length;
  const counts = new Int32Array(ids.size);
  for (const id of sequence) counts[id]! += 1;
  const popularAbove = autojunk && n >= AUTOJUNK_FROM ? Math.floor(n / 100) + 1 : n;
  const starts = new Int32Array(ids.size + 1);
  for (let id = 0; id < ids.size; id++) starts[id + 1] = starts[id]! + (counts[id]! > popularAbove ? 0 : counts[id]!);
  const positions = new Int32Array(starts[ids.size]!);
  const next = starts.slice();
  for (let j = 0; j < n; j++) {
    const id = sequence[j]!;
    if (starts[id] !== starts[id + 1]) positions[next[id]!++] = j;
  }
  return { ids, sequence, starts, positions };
}

/** M: the sum of all matching blocks' sizes. */
function countMatches(a: Int32Array, target: Target): number {
  const b = target.sequence;
  const find = createLongestMatch(a, target);
  const open = [0, a.length, 0, b.length];
  let matches = 0;
  while (open.length > 0) {
    const [bHigh, bLow, aHigh, aLow] = [open.pop()!, open.pop()!, open.pop()!, open.pop()!];
    const { i, j, size } = find(aLow, aHigh, bLow, bHigh);
    if (size === 0) continue;
    matches += size;
    if (aLow < i && bLow < j) open.push(aLow, i, bLow, j);
    if (i + size < aHigh && j + size < bHigh) open.push(i + size, aHigh, j + size, bHigh);
  }
  return matches;
}

/** difflib's find_longest_match: of equally long matches the one that starts first in a, then first in b. */
function createLongestMatch(a: Int32Array, { sequence: b, starts, positions }: Target) {
  // Length of the match that ends at (row, j), for this row of a and the one before; a length counts only when its stamp is the row's.
  let [lengths, before] = [new Int32Array(b.length + 1), new Int32Array(b.length + 1)];
  let [stamps, stampsBefore] = [new Int32Array(b.length + 1), new Int32Array(b.length + 1)];
  let row = 1;
  return (aLow: number, aHigh: number, bLow: number, bHigh: number) => {
    let [i, j, size] = [aLow, bLow, 0];
    row += 1; // lengths of the call before end here
    for (let at = aLow; at < aHigh; at++, row++) {
      [lengths, before, stamps, stampsBefore] = [before, lengths, stampsBefore, stamps];
      const id = a[at]!;
      if (id < 0) continue;
      const end = starts[id + 1]!;
      for (let p = lowerBound(positions, starts[id]!, end, bLow); p < end; p++) {
        const to = positions[p]!;
        if (to >= bHigh) break;
        // Index `to` holds the length ending before `to`, so that no j - 1 falls off the left edge.
        const length = stampsBefore[to] === row - 1 ? before[to]! + 1 : 1;
        lengths[to + 1] = length;
        stamps[to + 1] = row;
        if (length > size) [i, j, size] = [at - length + 1, to - length + 1, length];
      }
    }
    while (i > aLow && j > bLow && a[i - 1] === b[j - 1]) [i, j, size] = [i - 1, j - 1, size + 1];
    while (i + size < aHigh && j + size < bHigh && a[i + size] === b[j + size]) size += 1;
    return { i, j, size };
  };
}

/** First index in [from, to) whose value is at least `least`. */
function lowerBound(sorted: Int32Array, from: number, to: number, least: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!);
