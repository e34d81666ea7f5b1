// A row that holds a chat: SWE-smith's, OpenHands' and Nebius' training rows, requests to OpenAI and Anthropic. They differ in names.
import { z } from 'zod';
import { parseJsonText } from '../../../../core/io/parse-json.ts';
import type { Tool } from '../../../../core/schema/message.ts';
import { endingByLastAct } from '../../../../core/schema/submit.ts';
import type { Trajectory } from '../../../../core/schema/trajectory.ts';
import { createTrajectory, FormatError, parseAs, type Source } from '../format.ts';
import { refuseEmptyReply } from './empty-replies.ts';
import { type ChatMessage, chatMessageSchema, readMessage, type Said } from './message.ts';
import { stepsOfChat } from './steps.ts';

/** OpenAI's definition of a tool, or Anthropic's. */
const definitionSchema = z.union([
  z.object({
    function: z.object({
      name: z.string(),
      description: z.string().nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
    }),
  }),
  z.object({
    name: z.string(),
    description: z.string().nullish(),
    input_schema: z.record(z.string(), z.unknown()).nullish(),
  }),
]);
export const definitionsSchema = z.array(definitionSchema);

const rowSchema = z.object({
  messages: z.array(chatMessageSchema).min(1),
  tools: definitionsSchema.nullish(),
  instance_id: z.string().nullish(),
  traj_id: z.string().nullish(),
  model: z.string().nullish(),
  patch: z.string().nullish(),
  resolved: z.union([z.boolean(), z.literal([0, 1])]).nullish(),
  exit_status: z.string().nullish(),
});

/** Of a request, also what was answered, and the tools that it was sent with. */
export const chatRowFields = [...Object.keys(rowSchema.shape), 'response', 'kwargs'];

/** What was answered to the messages, where a log keeps it apart: OpenAI's completion, or Anthropic's message. */
const responseSchema = z.union([
  z.object({ choices: z.array(z.object({ message: chatMessageSchema.partial() })).min(1) }),
  z.object({ role: z.literal('assistant'), content: chatMessageSchema.shape.content }),
]);

/** `row` has the names of SWE-smith's. */
export function readChatRow(format: string, row: Record<string, unknown>, source: Source): Trajectory {
  const lists = { messages: listOf(row, 'messages'), tools: listOf(row, 'tools') ?? toolsOfRequest(row) };
  const { messages, tools, traj_id, resolved, ...named } = parseAs(rowSchema, { ...row, ...lists });
  const said = [...messages, ...responseOf(row)].flatMap(readChecked);
  const steps = stepsOfChat(said);
  const ending = endingByLastAct(steps);
  return createTrajectory(format, source, {
    ...(traj_id && { trajectory_id: traj_id }),
    ...(named.instance_id && { instance_id: named.instance_id }),
    ...(named.model && { model: { name: named.model } }),
    ...(tools && { tools: toolsOf(tools) }),
    messages: said.map(({ message }) => message),
    steps,
    ...(ending && { ending }),
    ...(named.exit_status && { exit_status: named.exit_status }),
    ...(typeof named.patch === 'string' && { patch: named.patch }),
    ...(typeof resolved === 'boolean' || typeof resolved === 'number' ? { resolved: Boolean(resolved) } : {}),
  });
}

/**
 * Hugging Face's tables hold lists of mixed objects as JSON in a string. (No `z.preprocess`: it keeps every row alive until the old heap is
 * swept.)
 */
function listOf(row: Record<string, unknown>, name: string): unknown {
  const value = row[name];
  if (typeof value !== 'string') return value;
  const parsed = parseJsonText(value);
  if ('why' in parsed) throw new FormatError(`\`${name}\`: ${parsed.why}`);
  return parsed.value;
}

function readChecked(message: ChatMessage, index: number): Said[] {
  const said = readMessage(message);
  refuseEmptyReply(message, said, index);
  return said;
}

/** OpenHands' log of completions is `{messages, response, kwargs}`. */
function responseOf({ response }: Record<string, unknown>): ChatMessage[] {
  if (typeof response !== 'object' || response === null) return [];
  const { response: answer } = parseAs(z.object({ response: responseSchema }), { response });
  return [{ ...('choices' in answer ? answer.choices[0]!.message : answer), role: 'assistant' }];
}

function toolsOfRequest({ kwargs }: Record<string, unknown>): unknown {
  return typeof kwargs === 'object' && kwargs !== null ? (kwargs as { tools?: unknown }).tools : undefined;
}

export const toolsOf = (definitions: z.infer<typeof definitionsSchema>): Tool[] =>
  definitions.map((definition) => {
    const { name, description, ...rest } = 'function' in definition ? definition.function : definition;
    const parameters =
      ('parameters' in rest ? rest.parameters : (rest as { input_schema?: Tool['parameters'] }).input_schema) ?? {};
    return { name, ...(description && { description }), parameters };
  });
