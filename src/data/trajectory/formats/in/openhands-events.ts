// OpenHands' events, of its first runtime and of its SDK, as what happens in a chat. Events that are no part of it are none.
import { z } from 'zod';
import { type ReplyCall, readCall } from '../chat/calls.ts';
import { chatMessageSchema, readMessage, textOf } from '../chat/message.ts';

export type Happening =
  | { type: 'says'; role: 'system' | 'user' | 'assistant'; text: string; tools?: unknown }
  | {
      type: 'calls';
      reply: string;
      text: string;
      reasoning?: string;
      calls: readonly ReplyCall[];
      call: string;
      key: string;
    }
  | Answer;

export interface Answer {
  type: 'answers';
  /** Ids of the call, or keys of the event, that it answers. */
  to: string[];
  text: string;
  exitCode?: number;
}

const partsSchema = z.array(
  z.looseObject({ type: z.string().default('text'), text: z.string().nullish(), content: z.unknown().optional() }),
);
const callSchema = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
const metadataSchema = z.object({
  tool_call_id: z.string(),
  function_name: z.string(),
  model_response: z
    .object({ id: z.string().nullish(), choices: z.array(z.object({ message: chatMessageSchema })) })
    .nullish(),
});
const observedSchema = z.object({
  content: z.union([z.string(), partsSchema]).nullish(),
  exit_code: z.number().int().nullish(),
  metadata: z.object({ exit_code: z.number().int().nullish() }).nullish(),
});

/** Both kinds of events, of which only what is read here. */
export const eventSchema = z.object({
  id: z.union([z.string(), z.number()]).nullish(),
  source: z.string().nullish(),
  // of the first runtime
  action: z.unknown().optional(),
  args: z.record(z.string(), z.unknown()).nullish(),
  observation: z.unknown().optional(),
  cause: z.number().nullish(),
  content: z.string().nullish(),
  extras: observedSchema.partial().nullish(),
  tool_call_metadata: metadataSchema.nullish(),
  // of the SDK
  kind: z.string().nullish(),
  system_prompt: z.object({ text: z.string() }).nullish(),
  tools: z.unknown().optional(),
  llm_message: chatMessageSchema.nullish(),
  thought: partsSchema.nullish(),
  reasoning_content: z.string().nullish(),
  tool_call: callSchema.nullish(),
  tool_call_id: z.string().nullish(),
  llm_response_id: z.string().nullish(),
  error: z.string().nullish(),
  rejection_reason: z.string().nullish(),
});
type Event = z.infer<typeof eventSchema>;

export function happeningsOf(event: Event): Happening[] {
  if (event.kind) return ofSdk(event);
  return event.observation === undefined ? ofAction(event) : ofObservation(event);
}

/** Actions of the agent that are no acts of its model. */
const NOT_OF_MODEL = new Set([
  'system',
  'message',
  'recall',
  'condensation',
  'condensation_request',
  'change_agent_state',
  'loop_recovery',
  'null',
  'pause',
  'resume',
  'stop',
  'start',
]);

function ofAction({ id, action, args, source, tool_call_metadata: metadata }: Event): Happening[] {
  const text = typeof args?.content === 'string' ? args.content : '';
  if (action === 'system') return [{ type: 'says', role: 'system', text, tools: args?.tools }];
  if (action === 'message') return [{ type: 'says', role: source === 'agent' ? 'assistant' : 'user', text }];
  if (typeof action !== 'string' || source !== 'agent' || NOT_OF_MODEL.has(action)) return [];
  const key = `event ${id}`;
  const message = metadata?.model_response?.choices[0]?.message;
  const said = message && readMessage({ ...message, role: 'assistant' })[0]!;
  if (metadata && said?.calls?.length) {
    const { text: content = '', calls } = said;
    const reply = metadata.model_response?.id ?? key;
    return [
      {
        type: 'calls',
        reply,
        text: content,
        ...(said.reasoning && { reasoning: said.reasoning }),
        calls,
        call: metadata.tool_call_id,
        key,
      },
    ];
  }
  const { thought, ...rest } = args ?? {};
  const asked = Object.fromEntries(Object.entries(rest).filter(([name]) => !BOOKKEEPING.has(name)));
  const call = readCall({ id: key, name: action, arguments: asked });
  return [
    { type: 'calls', reply: key, text: typeof thought === 'string' ? thought : '', calls: [call], call: key, key },
  ];
}

/** Arguments that the runtime adds to what the model asks for. */
const BOOKKEEPING = new Set([
  'confirmation_state',
  'security_risk',
  'hidden',
  'blocking',
  'is_static',
  'impl_source',
  'include_extra',
  'kernel_init_code',
]);

function ofObservation({ cause, content, extras, tool_call_metadata: metadata }: Event): Happening[] {
  const to = [...(metadata ? [metadata.tool_call_id] : []), ...(typeof cause === 'number' ? [`event ${cause}`] : [])];
  return [{ type: 'answers', to, text: content ?? '', ...exitCodeOf(extras) }];
}

/** -1 stands for a code that is not known. */
function exitCodeOf(observed: Partial<z.infer<typeof observedSchema>> | null | undefined): { exitCode?: number } {
  const code = observed?.metadata?.exit_code ?? observed?.exit_code;
  return typeof code === 'number' && code !== -1 ? { exitCode: code } : {};
}

function ofSdk(event: Event): Happening[] {
  const { kind, id, source, tool_call_id: call } = event;
  if (kind === 'SystemPromptEvent')
    return [{ type: 'says', role: 'system', text: event.system_prompt?.text ?? '', tools: event.tools }];
  if (kind === 'MessageEvent' && event.llm_message)
    return readMessage(event.llm_message).map(({ message }) => ({
      type: 'says',
      role: source === 'agent' ? 'assistant' : 'user',
      text: message.content,
    }));
  if (kind === 'ActionEvent' && event.tool_call) {
    const { reasoning_content: reasoning, tool_call, llm_response_id } = event;
    const text = textOf(event.thought ?? []);
    const made = readCall(tool_call);
    const key = `event ${id}`;
    const reply = llm_response_id ?? key;
    return [
      { type: 'calls', reply, text, ...(reasoning && { reasoning }), calls: [made], call: call ?? tool_call.id, key },
    ];
  }
  const observed = observedSchema.safeParse(event.observation);
  const told = observed.success ? observed.data.content : (event.error ?? event.rejection_reason);
  if (!call || told === undefined || told === null) return [];
  return [
    { type: 'answers', to: [call], text: typeof told === 'string' ? told : textOf(told), ...exitCodeOf(observed.data) },
  ];
}
