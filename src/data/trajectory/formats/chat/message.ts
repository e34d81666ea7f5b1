// One message of a chat, as OpenAI, Anthropic, LiteLLM and SWE-agent's history write it, as ours.
import { z } from 'zod';
import { parseJsonText } from '../../../../core/io/parse-json.ts';
import type { Message, ToolCall } from '../../../../core/schema/message.ts';

const argumentsSchema = z.union([z.string(), z.record(z.string(), z.unknown())]);

/** OpenAI's call, or the same without its `function` around it. */
const callSchema = z.union([
  z.object({
    id: z.string().nullish(),
    function: z.object({ name: z.string(), arguments: argumentsSchema.nullish() }),
  }),
  z.object({ id: z.string().nullish(), name: z.string(), arguments: argumentsSchema.nullish() }),
]);

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

export const chatMessageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: contentSchema.nullish(),
  // SWE-agent's demonstrations hold calls as Python's repr of a list: they are told by `action` too.
  tool_calls: z.union([z.array(callSchema), z.string()]).nullish(),
  tool_call_id: z.string().nullish(),
  tool_call_ids: z.array(z.string()).nullish(),
  reasoning_content: z.string().nullish(),
  thinking_blocks: z.array(partSchema).nullish(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** A message, and what of a reply is no part of it. */
export interface Said {
  message: Message;
  /** Hidden reasoning that the provider keeps apart. */
  reasoning?: string;
  /** Said before, and told again after the context was compacted: no step of its own. */
  isCopy?: boolean;
}

/** Anthropic answers calls inside of a user's message: that is several of ours. */
export function readMessage(chat: ChatMessage): Said[] {
  const { role, content } = chat;
  const parts = Array.isArray(content) ? content : [];
  const text = typeof content === 'string' ? content : textOf(parts);
  if (role === 'assistant') return [readReply(chat, parts, text)];
  const id = chat.tool_call_id ?? chat.tool_call_ids?.[0];
  if (role === 'tool') return [{ message: { role, content: text, ...(id && { tool_call_id: id }) } }];
  const results = parts.filter(({ type }) => type === 'tool_result').map(toolMessage);
  if (results.length > 0 && text === '') return results;
  return [...results, { message: { role: role === 'developer' ? 'system' : role, content: text } }];
}

function readReply(chat: ChatMessage, parts: readonly Part[], text: string): Said {
  const reasoning =
    chat.reasoning_content ||
    [...(chat.thinking_blocks ?? []), ...parts].map(({ thinking }) => thinking ?? '').join('');
  const native = Array.isArray(chat.tool_calls) ? chat.tool_calls : [];
  const calls = native.map((call) => ({ raw: call, call: toolCallOf(call) }));
  const unreadable = calls.flatMap(({ raw, call }) => (call === undefined ? [JSON.stringify(raw)] : []));
  const toolCalls = [...calls.flatMap(({ call }) => call ?? []), ...parts.flatMap(toolUseOf)];
  return {
    message: {
      role: 'assistant',
      content: [text, ...unreadable].filter((piece) => piece !== '').join('\n'),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    },
    ...(reasoning !== '' && { reasoning }),
  };
}

/** Undefined when the arguments are no JSON object. */
export function toolCallOf(native: z.infer<typeof callSchema>): ToolCall | undefined {
  const { name, arguments: args } = 'function' in native ? native.function : native;
  const id = native.id ? { id: native.id } : {};
  if (typeof args !== 'string') return { ...id, name, arguments: args ?? {} };
  const parsed = args.trim() === '' ? { value: {} } : parseJsonText(args);
  const isObject =
    'value' in parsed && typeof parsed.value === 'object' && parsed.value !== null && !Array.isArray(parsed.value);
  return isObject ? { ...id, name, arguments: parsed.value as Record<string, unknown> } : undefined;
}

const toolUseOf = ({ type, id, name, input }: Part): ToolCall[] =>
  type === 'tool_use' && name ? [{ ...(id && { id }), name, arguments: input ?? {} }] : [];

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
