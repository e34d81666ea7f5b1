// One turn: a reply of the model becomes at most one tool call, and what came of it becomes a step and the next messages.

import { AccessError, ModelError, messageOf } from '../../core/schema/errors.ts';
import type { Message } from '../../core/schema/message.ts';
import type { AttemptStep } from '../../core/schema/trajectory.ts';
import type { Sandbox } from '../../world/sandbox/sandbox.ts';
import type { ToolContext } from '../../world/sandbox/tools/tool.ts';
import type { Model, QueryOptions, Reply } from '../model/model.ts';
import { givenCall, type ParsedReply, parseAction, renderAction, thoughtOf } from './action.ts';
import { defaultLimits } from './limits.ts';
import { observe } from './observe.ts';
import { type Prompt, renderMalformed } from './prompts.ts';
import type { ObservationStyle } from './styles.ts';

export interface Turn {
  step: AttemptStep;
  /** What the model is shown next. */
  messages: Message[];
  submitted: boolean;
}

/** What is read of a command's output; the model sees `observationChars` of it. */
const MAX_OUTPUT_BYTES = 64 * 1024;

/** What the tools of an attempt, or of its replay, work with. */
export const attemptContext = (sandbox: Sandbox, more: Partial<ToolContext> = {}): ToolContext => ({
  sandbox,
  timeoutMs: defaultLimits.commandTimeoutMs,
  maxOutputBytes: MAX_OUTPUT_BYTES,
  dialect: 'stepwright',
  memory: { edits: new Map(), reviews: 0 },
  ...more,
});

/** The model's reply; whatever goes wrong behind it is a `ModelError` or an `AccessError`, unless the attempt itself was stopped. */
export async function askModel(model: Model, messages: readonly Message[], options: QueryOptions): Promise<Reply> {
  try {
    return await model.query(messages, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof ModelError || error instanceof AccessError) throw error;
    throw new ModelError(`${model.name}: ${messageOf(error)}`, { cause: error });
  }
}

/** A reply as the record keeps it. Calls without a provider's id are written out in the text form. */
export function assistantMessage({ text, toolCalls }: Reply): Message {
  if (toolCalls.some(({ id }) => id !== undefined)) return { role: 'assistant', content: text, tool_calls: toolCalls };
  return {
    role: 'assistant',
    content: [text, ...toolCalls.map(renderAction)].filter((part) => part !== '').join('\n'),
  };
}

/** The one action of a reply, from its tool call or its text. */
export function readReply({ text, toolCalls }: Reply): ParsedReply {
  const [native, ...more] = toolCalls;
  if (native === undefined) return parseAction(text);
  if (more.length > 0) return { malformed: `expected one action, got ${toolCalls.length}` };
  const toolCall = givenCall(native);
  return { thought: thoughtOf(text), action: renderAction(toolCall), toolCall };
}

/** Runs what the reply asks for. Throws only when the sandbox broke or the attempt was stopped. */
export async function act(
  reply: Reply,
  context: ToolContext,
  how: { prompt: Prompt; style: ObservationStyle; time: string },
): Promise<Turn> {
  const spent = { cwd: await workingDir(context), usage: reply.usage, cost_usd: reply.costUsd, time: how.time };
  const malformed = (why: string): Turn => {
    const observation = renderMalformed(why, how.prompt);
    const written = { thought: thoughtOf(reply.text), action: assistantMessage(reply).content, observation };
    const nothingRun = { exit_code: null, duration_ms: 0, timed_out: false, truncated: false, malformed: true };
    return { step: { ...written, ...nothingRun, ...spent }, messages: answer(reply, observation), submitted: false };
  };
  const read = readReply(reply);
  if ('malformed' in read) return malformed(read.malformed);
  const observed = await observe(read.toolCall, context, how.style);
  if ('wrong' in observed) return malformed(observed.wrong);
  const { submitted, ...seen } = observed;
  const { thought, action, toolCall } = read;
  return {
    step: { thought, action, tool_call: toolCall, ...seen, malformed: false, ...spent },
    messages: submitted ? [] : answer(reply, seen.observation),
    submitted,
  };
}

/** Where the next command starts. */
const workingDir = async ({ session }: ToolContext): Promise<string> =>
  session === undefined ? '/testbed' : (await session.exec('command pwd')).output.trim();

/** A provider wants every call that has an id answered by that id; text is answered by a user's message. */
function answer({ toolCalls }: Reply, observation: string): Message[] {
  const ids = toolCalls.flatMap(({ id }) => (id === undefined ? [] : [id]));
  if (ids.length === 0) return [{ role: 'user', content: observation }];
  return ids.map((id) => ({ role: 'tool', content: observation, tool_call_id: id }));
}
