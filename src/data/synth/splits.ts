// Train and held-out by function: near-copies of one function, by the similarity of their normalised tokens, are put on the same side.
import { createRandom, shuffle } from '../../core/run/random.ts';
import type { Instance } from '../../core/schema/instance.ts';

export interface SplitFunction {
  /** `environment:path::name`. */
  key: string;
  source: string;
  /** Functions are dealt out per stratum (an environment, a family), so that each side has its share of every one. */
  stratum: string;
}

export interface SplitOptions {
  heldoutShare: number;
  seed: number | string;
  /** Similarity from which functions are near-copies of each other. */
  nearCopy?: number;
  /** Functions whose side is already decided, by key. */
  decided?: ReadonlyMap<string, Instance['split']>;
}

const NEAR_COPY = 0.8;
const SHINGLE = 5;

export function assignSplits(
  functions: readonly SplitFunction[],
  options: SplitOptions,
): Map<string, Instance['split']> {
  const { heldoutShare, seed, nearCopy = NEAR_COPY, decided = new Map() } = options;
  const groups = groupNearCopies(
    [...functions].sort((a, b) => (a.key < b.key ? -1 : 1)),
    nearCopy,
  );
  const splits = new Map<string, Instance['split']>();
  for (const stratum of [...new Set(functions.map((fn) => fn.stratum))].sort()) {
    const own = groups.filter(([first]) => first!.stratum === stratum);
    const total = own.reduce((sum, group) => sum + group.length, 0);
    let heldout = 0;
    for (const group of shuffle(createRandom(`splits ${seed} ${stratum}`), own)) {
      const known = group.map(({ key }) => decided.get(key)).find((side) => side !== undefined);
      const side = known ?? (heldout + group.length <= total * heldoutShare ? 'heldout' : 'train');
      if (side === 'heldout') heldout += group.length;
      for (const { key } of group) splits.set(key, side);
    }
  }
  return splits;
}

/** Connected components of the near-copy relation. */
export function groupNearCopies<T extends { source: string }>(functions: readonly T[], nearCopy = NEAR_COPY): T[][] {
  const shingles = functions.map((fn) => shinglesOf(fn.source));
  const group = functions.map((_, index) => index);
  const find = (index: number): number => (group[index] === index ? index : find(group[index]!));
  for (let i = 0; i < functions.length; i++)
    for (let j = i + 1; j < functions.length; j++)
      if (similarity(shingles[i]!, shingles[j]!) >= nearCopy) group[find(j)] = find(i);
  const members = new Map<number, T[]>();
  functions.forEach((fn, index) => {
    members.set(find(index), [...(members.get(find(index)) ?? []), fn]);
  });
  return [...members.values()];
}

/** Those of `functions` that are near-copies of one of `others`. */
export function nearCopiesOf<T extends { source: string }>(
  functions: readonly T[],
  others: readonly { source: string }[],
  nearCopy = NEAR_COPY,
): T[] {
  const shingles = others.map(({ source }) => shinglesOf(source));
  return functions.filter(({ source }) => {
    const own = shinglesOf(source);
    return shingles.some((other) => similarity(own, other) >= nearCopy);
  });
}

/** Runs of tokens, with names, numbers and strings made equal. */
function shinglesOf(source: string): Set<string> {
  const tokens = source
    .replace(/("""|''')[\s\S]*?\1|#.*|\/\/.*|\/\*[\s\S]*?\*\//g, ' ')
    .match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|[^\s\w]+/g);
  const normal = (tokens ?? []).map((token) => {
    if (/^["']/.test(token)) return 'S';
    if (/^\d/.test(token)) return 'N';
    return /^[A-Za-z_$]/.test(token) && !KEYWORDS.has(token) ? 'V' : token;
  });
  const last = Math.max(1, normal.length - SHINGLE + 1);
  return new Set(Array.from({ length: last }, (_, at) => normal.slice(at, at + SHINGLE).join(' ')));
}

const KEYWORDS = new Set(
  'and as break catch const continue def del elif else except finally for from function if import in instanceof is lambda let new not or pass raise return throw try typeof var while with yield'.split(
    ' ',
  ),
);

/** Jaccard index. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared += 1;
  return shared / (a.size + b.size - shared);
}
