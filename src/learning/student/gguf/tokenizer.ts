// A GGUF file's tokenizer as the files of a Hugging Face folder: tokenizer.json, and tokenizer_config.json with the chat template.
import { ConfigError } from '../../../core/schema/errors.ts';
import { type AddedToken, bpeTokenizerJson } from '../checkpoint/tokenizer-json.ts';
import { type Fields, fieldsOf } from './fields.ts';
import type { GgufFile } from './file.ts';
import { splittings } from './pre-tokenizers.ts';

/** ggml's kinds of tokens: what controls a model, and what its makers added for users to write. */
const [CONTROL, USER_DEFINED] = [3, 4];

/** `rows`: of the embedding. The vocabulary is filled up to them. */
export function ggufTokenizerFiles(file: GgufFile, rows: number): Record<string, string> {
  const fields = fieldsOf(file);
  const tokens = vocabularyOf(fields, rows);
  const { normalizer, preTokenizers, ignoreMerges } = splittingOf(fields);
  const idOf = (name: string): number | undefined => fields.number(`tokenizer.ggml.${name}_token_id`);
  const bos = fields.isTrue('tokenizer.ggml.add_bos_token') ? idOf('bos') : undefined;
  const tokenizer = bpeTokenizerJson({
    added: addedTokens(fields, tokens),
    ...{ normalizer, preTokenizers, ignoreMerges },
    postProcessor: bos === undefined ? null : startingWith(tokens[bos]!, bos),
    vocabulary: tokens,
    merges: fields.texts('tokenizer.ggml.merges').map((merge) => merge.split(' ')),
  });
  const token = (...names: string[]): string | null =>
    tokens[names.map(idOf).find((id) => id !== undefined) ?? -1] ?? null;
  const config = {
    // The class that takes tokenizer.json as it is.
    tokenizer_class: 'PreTrainedTokenizerFast',
    add_prefix_space: false,
    clean_up_tokenization_spaces: false,
    bos_token: token('bos'),
    // What ends a turn: the end of text is another token in some chat models.
    eos_token: token('eot', 'eos'),
    pad_token: token('padding', 'eos'),
    unk_token: null,
    chat_template: chatTemplateOf(fields),
  };
  return {
    'tokenizer.json': `${JSON.stringify(tokenizer)}\n`,
    'tokenizer_config.json': `${JSON.stringify(config, null, 2)}\n`,
  };
}

function vocabularyOf(fields: Fields, rows: number): string[] {
  const tokens = fields.texts('tokenizer.ggml.tokens');
  if (tokens.length > rows)
    throw new ConfigError(
      `${fields.path}: the vocabulary has ${tokens.length} tokens, the embedding only ${rows} rows for them. Take another file of the model.`,
    );
  return Array.from({ length: rows }, (_, id) => tokens[id] ?? `[PAD${id}]`);
}

function splittingOf({ path, requiredText, text }: Fields) {
  const kind = requiredText('tokenizer.ggml.model');
  if (kind !== 'gpt2')
    throw new ConfigError(
      `${path}: the tokenizer is of kind ${kind}. Only gpt2 (byte-level BPE) can be read: take the Hugging Face folder of the model.`,
    );
  const name = text('tokenizer.ggml.pre') ?? 'default';
  if (Object.hasOwn(splittings, name)) return splittings[name]!;
  throw new ConfigError(
    `${path}: the tokenizer splits text by \`${name}\`, which is not known here (known: ${Object.keys(splittings).join(', ')}). Take the Hugging Face folder of the model.`,
  );
}

function chatTemplateOf({ path, text }: Fields): string {
  const template = text('tokenizer.chat_template');
  if (template !== undefined) return template;
  throw new ConfigError(`${path}: it has no chat template (tokenizer.chat_template). Take the instruct model.`);
}

function addedTokens({ numbers }: Fields, tokens: readonly string[]): AddedToken[] {
  const kinds = numbers('tokenizer.ggml.token_type');
  return tokens.flatMap((content, id) => {
    const kind = kinds[id];
    return kind === CONTROL || kind === USER_DEFINED ? [{ id, content, special: kind === CONTROL }] : [];
  });
}

/** What puts a token before every text. */
const startingWith = (token: string, id: number) => ({
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: token, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [
    { SpecialToken: { id: token, type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: token, type_id: 1 } },
    { Sequence: { id: 'B', type_id: 1 } },
  ],
  special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
});
