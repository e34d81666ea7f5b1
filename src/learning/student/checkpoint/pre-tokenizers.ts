// Two pre-tokenizers that @huggingface/tokenizers matches by JavaScript's `\d` and `\s`, written as the splits that they are in Python's
// tokenizers: `²` is a digit there, a byte order mark is no space.

/** tokenizer.json with these in place of them; for the library only, the file stays as it is. */
export const withExactSplits = (file: Record<string, unknown>): Record<string, unknown> =>
  file.pre_tokenizer == null ? file : { ...file, pre_tokenizer: exact(file.pre_tokenizer as PreTokenizer) };

interface PreTokenizer {
  type: string;
  pretokenizers?: PreTokenizer[];
  individual_digits?: boolean;
  add_prefix_space?: boolean;
  use_regex?: boolean;
}

const GPT2_WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const splitBy = (regex: string) => ({ type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false });

function exact(part: PreTokenizer): PreTokenizer {
  if (part.type === 'Sequence') return { ...part, pretokenizers: part.pretokenizers!.map(exact) };
  if (part.type === 'Digits') return splitBy(part.individual_digits ? '\\p{N}' : '\\p{N}+');
  // With a space put before it, a text is split after that.
  if (part.type !== 'ByteLevel' || part.use_regex === false || part.add_prefix_space) return part;
  return { type: 'Sequence', pretokenizers: [splitBy(GPT2_WORDS), { ...part, use_regex: false }] };
}
