// How text is split before its pieces are merged, by the names that llama.cpp gives it: parts of a tokenizer.json as the models' makers
// publish them. A GGUF file holds only the name.

interface Splitting {
  normalizer: unknown;
  preTokenizers: readonly unknown[];
  /** A piece that is a token is that token, without any merges. */
  ignoreMerges: boolean;
}

/** GPT-4's pattern, with so many digits a number at most. */
const split = (digits: string) => ({
  type: 'Split',
  pattern: {
    Regex: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  },
  behavior: 'Isolated',
  invert: false,
});

/** `use_regex`: GPT-2's pattern. */
const byteLevel = (use_regex: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex,
});

export const splittings: Readonly<Record<string, Splitting>> = {
  // The normalizer is part of Qwen's tokenizer, though no GGUF file says so.
  qwen2: { normalizer: { type: 'NFC' }, preTokenizers: [split('\\p{N}'), byteLevel(false)], ignoreMerges: false },
  smollm: {
    normalizer: null,
    preTokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
    ignoreMerges: false,
  },
  'llama-bpe': { normalizer: null, preTokenizers: [split('\\p{N}{1,3}'), byteLevel(false)], ignoreMerges: true },
};
