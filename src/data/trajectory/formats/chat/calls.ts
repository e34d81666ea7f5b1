// Where native calls come in, in whatever form a source has them.
import { z } from 'zod';
import { parseJsonText } from '../../../../core/io/parse-json.ts';
import { givenArguments, type ToolCall } from '../../../../core/schema/message.ts';
import type { UnreadableCall } from '../../../../core/schema/trajectory.ts';

const argumentsSchema = z.union([z.string(), z.record(z.string(), z.unknown())]);

/** OpenAI's call, or the same without its `function` around it. */
export const callSchema = z.union([
  z.object({
    id: z.string().nullish(),
    function: z.object({ name: z.string(), arguments: argumentsSchema.nullish() }),
  }),
  z.object({ id: z.string().nullish(), name: z.string(), arguments: argumentsSchema.nullish() }),
]);
export type NativeCall = z.infer<typeof callSchema>;

/** A call, or one whose arguments are no JSON object: those stay text. */
export type ReplyCall = ToolCall | UnreadableCall;

export const isReadable = (call: ReplyCall): call is ToolCall => typeof call.arguments !== 'string';

/** Null arguments are not given ones. */
export function readCall(native: NativeCall): ReplyCall {
  const { name, arguments: args } = 'function' in native ? native.function : native;
  const id = native.id ? { id: native.id } : {};
  const object = typeof args === 'string' ? objectIn(args) : (args ?? {});
  return object === undefined
    ? { ...id, name, arguments: args as string }
    : { ...id, name, arguments: givenArguments(object) };
}

/** A list of calls as JSON in a string, as tables hold them; undefined when it is none. */
export function callsInText(text: string): NativeCall[] | undefined {
  if (text.trim() === '') return [];
  const parsed = parseJsonText(text);
  return 'value' in parsed ? (z.array(callSchema).nullable().safeParse(parsed.value).data ?? undefined) : undefined;
}

function objectIn(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  const parsed = parseJsonText(text);
  if (!('value' in parsed) || typeof parsed.value !== 'object' || Array.isArray(parsed.value)) return undefined;
  return (parsed.value as Record<string, unknown> | null) ?? {};
}
