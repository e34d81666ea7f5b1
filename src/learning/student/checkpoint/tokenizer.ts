// A student's tokenizer: tokenizer.json through @huggingface/tokenizers, the chat template through @huggingface/jinja.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { maxOf } from '../../../core/run/large-arrays.ts';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import type { Message } from '../../../core/schema/message.ts';
import { withExactSplits } from './pre-tokenizers.ts';

export interface StudentTokenizer {
  /** How many token ids there are; a model may have more embedding rows. */
  size: number;
  /** What ends an answer: the end of a turn and the end of text. */
  stopTokens: number[];
  padToken: number | undefined;
  encode(text: string): number[];
  /** All tokens as text; `skipSpecial` leaves the special ones out. */
  decode(tokens: readonly number[], options?: { skipSpecial?: boolean }): string;
  /** A conversation up to where the assistant speaks. */
  encodePrompt(messages: readonly Message[]): number[];
  /** An assistant's turn, with the token that ends it. */
  encodeAnswer(text: string): number[];
  /** The files that make this tokenizer, by name. */
  files: Record<string, string>;
}

export const END_OF_TEXT = '<|endoftext|>';
export const TURN_START = '<|im_start|>';
export const TURN_END = '<|im_end|>';

/** Plain ChatML: no default system message, tool results as user turns. */
export const CHAT_TEMPLATE = `{% for message in messages %}{{ '${TURN_START}' + ('user' if message.role == 'tool' else message.role) + '\\n' + message.content + '${TURN_END}\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '${TURN_START}assistant\\n' }}{% endif %}`;

export const tokenizerConfigFile = (): Record<string, unknown> => ({
  tokenizer_class: 'Qwen2Tokenizer',
  add_prefix_space: false,
  clean_up_tokenization_spaces: false,
  bos_token: null,
  eos_token: TURN_END,
  pad_token: END_OF_TEXT,
  unk_token: null,
  chat_template: CHAT_TEMPLATE,
});

export async function loadTokenizer(folder: string): Promise<StudentTokenizer> {
  const read = (name: string, whatFor: string) =>
    readFile(join(folder, name), 'utf8').catch(() => {
      throw new ConfigError(`${join(folder, name)}: missing. A student folder needs ${whatFor}.`);
    });
  const file = await read('tokenizer.json', 'its tokenizer');
  const config = await read('tokenizer_config.json', "its tokenizer's settings (chat template, end of turn)");
  const jinja = await readFile(join(folder, 'chat_template.jinja'), 'utf8').catch(() => undefined);
  const extra: Record<string, string> = jinja === undefined ? {} : { 'chat_template.jinja': jinja };
  return createTokenizer({ 'tokenizer.json': file, 'tokenizer_config.json': config, ...extra }, folder);
}

/** Throws where the chat template refuses what students are shown: instructions, then turns of a user and of theirs. */
export function requireTemplate(tokenizer: StudentTokenizer): void {
  const turns = ['system', 'user', 'assistant', 'user'] as const;
  tokenizer.encodePrompt(turns.map((role) => ({ role, content: role })));
}

/** Of a folder that has none: its model speaks in token ids only, and whoever asks for text is told so. */
export function noTokenizer(folder: string, size: number): StudentTokenizer {
  const refuse = (): never => {
    throw new ConfigError(`${join(folder, 'tokenizer.json')}: missing. Without it a student knows token ids, no text.`);
  };
  const speech = { encode: refuse, decode: refuse, encodePrompt: refuse, encodeAnswer: refuse };
  return { size, stopTokens: [], padToken: undefined, files: {}, ...speech };
}

/** `where` is for messages only. */
export function createTokenizer(files: Record<string, string>, where: string): StudentTokenizer {
  const [file, config] = ['tokenizer.json', 'tokenizer_config.json'].map((name) =>
    parseObject(files[name]!, `${where}/${name}`),
  );
  const tokenizer = new Tokenizer(withExactSplits(file!), config!);
  const template = files['chat_template.jinja'] ?? config!.chat_template;
  if (typeof template !== 'string')
    throw new ConfigError(
      `${where}/tokenizer_config.json: \`chat_template\` is missing. A student needs one to read conversations.`,
    );
  const chat = openTemplate(template, config!, where);
  const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const idOf = (token: string | undefined): number | undefined =>
    token === undefined ? undefined : tokenizer.token_to_id(token);
  const eos = contentOf(config!.eos_token);
  // A base model names the end of text, though its chat template ends turns with another token.
  const endOfTurn = (eos === END_OF_TEXT ? idOf(TURN_END) : undefined) ?? idOf(eos) ?? idOf(TURN_END);
  if (endOfTurn === undefined)
    throw new ConfigError(
      `${where}/tokenizer_config.json: \`eos_token\` names no token of tokenizer.json. A student needs one to end its answers.`,
    );
  const endOfText = idOf(END_OF_TEXT) ?? endOfTurn;
  return {
    // Not by spreading: a vocabulary has more entries than a call takes arguments.
    size: 1 + maxOf(idsOf(tokenizer), -1),
    stopTokens: [...new Set([endOfTurn, endOfText])],
    padToken: endOfText,
    encode,
    decode: (tokens, { skipSpecial = false } = {}) =>
      // The library refuses to decode nothing.
      tokens.length === 0
        ? ''
        : tokenizer.decode([...tokens], { skip_special_tokens: skipSpecial, clean_up_tokenization_spaces: false }),
    encodePrompt: (messages) => encode(chat(messages)),
    encodeAnswer: (text) => [...encode(text), endOfTurn],
    files,
  };
}

/** Converters to GGUF fill a vocabulary up to the rows of the embedding with such tokens. No model has learned them. */
const PADDING = /^\[PAD\d+\]$/;

function* idsOf(tokenizer: Tokenizer): Generator<number> {
  for (const [token, id] of tokenizer.get_vocab(true)) if (!PADDING.test(token)) yield id;
}

/** A special token, which transformers writes as text or as an object. */
const contentOf = (token: unknown): string | undefined =>
  typeof token === 'string' ? token : (token as { content?: string } | null | undefined)?.content;

/** Renders a conversation up to where the assistant speaks. */
function openTemplate(
  template: string,
  config: Record<string, unknown>,
  where: string,
): (messages: readonly Message[]) => string {
  const refuse = (error: unknown): never => {
    throw new ConfigError(
      `${where}: the chat template fails (${messageOf(error)}). Correct it, or take another model.`,
    );
  };
  const names = ['bos_token', 'eos_token', 'pad_token', 'unk_token'];
  const tokens = Object.fromEntries(names.map((name) => [name, contentOf(config[name]) ?? '']));
  let chat: Template;
  try {
    chat = new Template(template);
  } catch (error) {
    return refuse(error);
  }
  return (messages) => {
    try {
      return chat.render({ ...tokens, messages: [...messages], add_generation_prompt: true });
    } catch (error) {
      return refuse(error);
    }
  };
}

function parseObject(text: string, path: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path}: not JSON (${messageOf(error)}).`);
  }
}
