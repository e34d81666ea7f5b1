// tokenizer.json of a byte-level BPE tokenizer, as Python's tokenizers writes it.

export interface AddedToken {
  id: number;
  content: string;
  /** Left out of decoded text when special tokens are; never split, as all added tokens. */
  special: boolean;
}

export interface BpeTokenizer {
  added: readonly AddedToken[];
  normalizer: unknown;
  preTokenizers: readonly unknown[];
  postProcessor: unknown;
  /** Whether a piece that is a token is that token, without any merges. */
  ignoreMerges: boolean;
  /** By id. */
  vocabulary: readonly string[];
  merges: readonly (readonly string[])[];
}

export const bpeTokenizerJson = (tokenizer: BpeTokenizer): Record<string, unknown> => ({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: tokenizer.added.map(({ id, content, special }) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special,
  })),
  normalizer: tokenizer.normalizer,
  pre_tokenizer: { type: 'Sequence', pretokenizers: tokenizer.preTokenizers },
  post_processor: tokenizer.postProcessor,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: tokenizer.ignoreMerges,
    vocab: Object.fromEntries(tokenizer.vocabulary.map((token, id) => [token, id])),
    merges: tokenizer.merges,
  },
});
