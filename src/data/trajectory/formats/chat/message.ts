// One message of a chat, as OpenAI, Anthropic, LiteLLM and SWE-agent's history write it, as ours.
import { z } from 'zod';
import type { Message } from '../../../../core/schema/message.ts';
import type { Step } from '../../../../core/schema/trajectory.ts';
import { FormatError } from '../format.ts';
import { callSchema, callsInText, isReadable, type ReplyCall, readCall } from './calls.ts';
import { reasoningOf } from './reasoning.ts';

/** OpenAI's and Anthropic's parts of a content. */
const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  thinking: z.string().nullish(),
  id: z.string().nullish(),
  name: z.string().nullish(),
  input: z.record(z.string(), z.unknown()).nullish(),
  tool_use_id: z.string().nullish(),
  content: z.unknown().optional(),
});
type Part = z.infer<typeof partSchema>;

export const contentSchema = z.union([z.string(), z.array(partSchema)]);

/** Keys that it does not name stay: a reply that says nothing but there is refused by them. */
export const chatMessageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: contentSchema.nullish(),
  tool_calls: z
    .union([z.array(callSchema), z.string()])
    .nullish()
    .describe('the string: JSON of the list'),
  function_call: z.object({ name: z.string(), arguments: z.string().nullish() }).nullish(),
  tool_call_id: z.string().nullish(),
  tool_call_ids: z
    .union([z.array(z.string()), z.string()])
    .nullish()
    .describe("the string: JSON, or Python's repr"),
  thinking_blocks: z.array(partSchema).nullish(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** A message, and what is known of it beside. */
export interface Said {
  message: Message;
  /** What a reply says beside its calls. */
  text?: string;
  /** Native calls of a reply, those that cannot be read too. */
  calls?: readonly ReplyCall[];
  /** Hidden reasoning that the provider keeps apart. */
  reasoning?: string;
  /** Of a reply: what its first step has of it; of an answer: what the step has that it answers. */
  known?: Partial<Step>;
}

/** Anthropic answers calls inside of a user's message: that is several of ours. */
export function readMessage(chat: ChatMessage): Said[] {
  const { role, content } = chat;
  const parts = Array.isArray(content) ? content : [];
  const text = typeof content === 'string' ? content : textOf(parts);
  if (role === 'assistant') return [readReply(chat, parts, text)];
  const id = chat.tool_call_id ?? firstId(chat.tool_call_ids);
  if (role === 'tool' || role === 'function')
    return [{ message: { role: 'tool', content: text, ...(id && { tool_call_id: id }) } }];
  const results = parts.filter(({ type }) => type === 'tool_result').map(toolMessage);
  if (results.length > 0 && text === '') return results;
  return [...results, { message: { role: role === 'developer' ? 'system' : role, content: text } }];
}

function readReply(chat: ChatMessage, parts: readonly Part[], text: string): Said {
  const { tool_calls, function_call } = chat;
  const native = typeof tool_calls === 'string' ? callsInText(tool_calls) : (tool_calls ?? []);
  if (native === undefined) throw new FormatError('`tool_calls` of a reply: text that is no JSON list of calls');
  const legacy = function_call && native.length === 0 ? [function_call] : [];
  const calls = [...[...native, ...legacy].map(readCall), ...parts.flatMap(toolUseOf)];
  const reasoning = reasoningOf(chat, parts);
  return replyOf(text, calls, reasoning === '' ? {} : { reasoning });
}

/** A reply as it is kept: calls that cannot be read are text. */
export function replyOf(text: string, calls: readonly ReplyCall[], more: Partial<Said> = {}): Said {
  const readable = calls.filter(isReadable);
  const unreadable = calls.filter((call) => !isReadable(call)).map((call) => JSON.stringify(call));
  return {
    message: {
      role: 'assistant',
      content: [text, ...unreadable].filter((piece) => piece !== '').join('\n'),
      ...(readable.length > 0 && { tool_calls: readable }),
    },
    text,
    calls,
    ...more,
  };
}

const toolUseOf = ({ type, id, name, input }: Part): ReplyCall[] =>
  type === 'tool_use' && name ? [readCall({ id, name, arguments: input })] : [];

const firstId = (ids: ChatMessage['tool_call_ids']): string | undefined =>
  typeof ids === 'string' ? /['"]([^'"]+)['"]/.exec(ids)?.[1] : ids?.[0];

const toolMessage = ({ tool_use_id: id, content }: Part): Said => ({
  message: { role: 'tool', content: contentText(content), ...(id && { tool_call_id: id }) },
});

/** Pictures and the like are left out: our messages are text. */
export const textOf = (parts: readonly Part[]): string =>
  parts.flatMap(({ type, text }) => (/(^|_)text$/.test(type) && text ? [text] : [])).join('\n');

export function contentText(content: unknown): string {
  const known = contentSchema.safeParse(content);
  if (!known.success) return '';
  return typeof known.data === 'string' ? known.data : textOf(known.data);
}
