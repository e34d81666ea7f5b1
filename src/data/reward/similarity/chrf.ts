// chrF2 (Popović 2015) as sacrebleu computes it for a sentence, over 1: F-score of shared character 1- to 6-grams, white space left
// out, recall counting twice as much as precision.

const ORDER = 6;
const BETA_SQUARED = 4;

export function chrf(action: string, expert: string): number {
  if (action === expert) return 1;
  const [hypothesis, reference] = [charactersOf(action), charactersOf(expert)];
  // Orders for which one of the two is too short do not count.
  const orders = Math.min(ORDER, hypothesis.length, reference.length);
  let [precision, recall] = [0, 0];
  for (let n = 1; n <= orders; n++) {
    const shared = countShared(countGrams(hypothesis, n), countGrams(reference, n));
    precision += shared / (hypothesis.length - n + 1) / orders;
    recall += shared / (reference.length - n + 1) / orders;
  }
  const weighted = BETA_SQUARED * precision + recall;
  return weighted === 0 ? 0 : ((1 + BETA_SQUARED) * precision * recall) / weighted;
}

const charactersOf = (text: string): string[] => Array.from(text.replace(/\s/g, ''));

function countGrams(characters: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= characters.length; at++) {
    const gram = characters.slice(at, at + n).join('');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function countShared(a: Map<string, number>, b: Map<string, number>): number {
  let shared = 0;
  for (const [gram, count] of a) shared += Math.min(count, b.get(gram) ?? 0);
  return shared;
}
