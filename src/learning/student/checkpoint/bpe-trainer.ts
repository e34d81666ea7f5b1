// A byte-level BPE tokenizer learnt from texts, as `tokenizers` trains one: a pre-tokenizer, 256 byte symbols, then the most
// frequent pair of neighbours merged again and again. Gives the object that tokenizer.json holds.
import { Tokenizer } from '@huggingface/tokenizers';
import { bpeTokenizerJson } from './tokenizer-json.ts';

/** Words, single digits, operators, quotes and single marks, each with a space before it, newlines, spaces. Unlike Qwen2's split, no word
 * takes a mark along and no mark its neighbour: a name or a line has the same tokens in a path, in code, in a command and in prose, and a
 * small student can copy it. */
const SPLIT = ' ?\\p{L}+| ?\\p{N}| ?[<>=!*/%+-]+| ?"+| ?[^\\s\\p{L}\\p{N}]|[\\r\\n]|\\s+(?!\\S)|\\s+';

export interface BpeOptions {
  /** Byte symbols and merges; added tokens come after. */
  vocabularySize: number;
  /** Never split, never learnt into words; left out of decoded text when `skip_special_tokens`. */
  special: readonly string[];
  /** Never split either, but ordinary text. */
  added: readonly string[];
}

export function trainBpe(texts: Iterable<string>, options: BpeOptions): Record<string, unknown> {
  const symbols = byteSymbols();
  const words = countWords(texts, tokenizerFile(symbols, [], options));
  const merges = learnMerges(words, options.vocabularySize - symbols.length);
  return tokenizerFile([...symbols, ...merges.map(([left, right]) => left + right)], merges, options);
}

type Merge = [left: string, right: string];

function tokenizerFile(vocabulary: readonly string[], merges: readonly Merge[], options: BpeOptions) {
  return bpeTokenizerJson({
    added: [...options.special, ...options.added].map((content, index) => ({
      id: vocabulary.length + index,
      content,
      special: index < options.special.length,
    })),
    normalizer: { type: 'NFC' },
    preTokenizers: [
      { type: 'Split', pattern: { Regex: SPLIT }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
    postProcessor: null,
    ignoreMerges: false,
    vocabulary,
    merges,
  });
}

/** GPT-2's printable stand-ins for the 256 bytes, in the order of code points (the order `tokenizers` numbers them in). */
function byteSymbols(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const kept = bytes.filter(printable);
  const moved = bytes.filter((byte) => !printable(byte)).map((_, index) => 256 + index);
  return [...kept, ...moved].map((point) => String.fromCodePoint(point));
}

/** How often each pre-token (in byte symbols) occurs, split by the very library that will encode with the result. */
function countWords(texts: Iterable<string>, file: Record<string, unknown>): Map<string, number> {
  const tokenizer = new Tokenizer(file, {});
  const added = (file.added_tokens as { content: string }[]).map(({ content }) =>
    content.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const frame = new RegExp(added.sort((a, b) => b.length - a.length).join('|') || '(?!)');
  const pieces = new Map<string, number>();
  for (const text of texts) for (const piece of text.split(frame)) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
  const words = new Map<string, number>();
  for (const [piece, count] of pieces) {
    const normal = tokenizer.normalizer?.normalize(piece) ?? piece;
    for (const word of tokenizer.pre_tokenizer?.pre_tokenize(normal) ?? [])
      words.set(word, (words.get(word) ?? 0) + count);
  }
  return words;
}

interface Word {
  symbols: string[];
  count: number;
}

const PAIR = '\u0000';

function learnMerges(counts: ReadonlyMap<string, number>, wanted: number): Merge[] {
  const words: Word[] = [...counts].map(([word, count]) => ({ symbols: [...word], count }));
  const pairs = new Map<string, number>();
  // Which words may hold a pair: only those are looked at when it is merged.
  const where = new Map<string, Set<Word>>();
  const note = (word: Word, sign: 1 | -1): void => {
    for (let i = 1; i < word.symbols.length; i++) {
      const pair = word.symbols[i - 1] + PAIR + word.symbols[i];
      pairs.set(pair, (pairs.get(pair) ?? 0) + sign * word.count);
      if (sign === 1) where.set(pair, (where.get(pair) ?? new Set()).add(word));
    }
  };
  for (const word of words) note(word, 1);
  const merges: Merge[] = [];
  while (merges.length < wanted) {
    const best = mostFrequent(pairs);
    if (best === undefined) break;
    const merge = best.split(PAIR) as Merge;
    merges.push(merge);
    for (const word of where.get(best) ?? []) {
      note(word, -1);
      word.symbols = mergePair(word.symbols, merge);
      note(word, 1);
    }
    pairs.delete(best);
  }
  return merges;
}

/** Equal counts go to the smaller pair, so that the result does not depend on the order of the texts. */
function mostFrequent(pairs: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let most = 1;
  for (const [pair, count] of pairs) {
    if (count > most || (count === most && best !== undefined && pair < best)) [best, most] = [pair, count];
  }
  return best;
}

function mergePair(symbols: readonly string[], [left, right]: Merge): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      merged.push(left + right);
      i++;
    } else merged.push(symbols[i]!);
  }
  return merged;
}
