// 1 - edits / the longer length, on code points: rapidfuzz's Levenshtein.normalized_similarity.

export function levenshteinSimilarity(a: string, b: string): number {
  const [from, to] = [codePoints(a), codePoints(b)];
  const longer = Math.max(from.length, to.length);
  return longer === 0 ? 1 : 1 - editDistance(from, to) / longer;
}

/** Insertions, deletions and substitutions, row by row (Wagner and Fischer). */
function editDistance(a: Int32Array, b: Int32Array): number {
  /** Of the part of a before this row, and the first j of b. */
  const distances = Int32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    let diagonal = distances[0]!;
    let left = i + 1;
    distances[0] = left;
    for (let j = 0; j < b.length; j++) {
      const above = distances[j + 1]!;
      const replaced = diagonal + (a[i] === b[j] ? 0 : 1);
      left = Math.min(replaced, above + 1, left + 1);
      distances[j + 1] = left;
      diagonal = above;
    }
  }
  return distances[b.length]!;
}

const codePoints = (text: string): Int32Array => Int32Array.from(text, (character) => character.codePointAt(0)!);
