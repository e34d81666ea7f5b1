// One turn: a reply of the model becomes at most one tool call, and what came of it becomes a step and the next messages.
import type { Model, Reply } from '../model/model.ts';
import type { ToolContext, ToolResult } from '../sandbox/tools/tool.ts';
import { findTool } from '../sandbox/tools/tools.ts';
import { ModelError, messageOf } from '../schema/errors.ts';
import type { Message } from '../schema/message.ts';
import type { Step } from '../schema/trajectory.ts';
import { type ParsedReply, parseAction, renderAction, thoughtOf } from './action.ts';
import { clipObservation } from './clip.ts';
import type { AttemptLimits } from './limits.ts';
import { type Prompt, renderMalformed, renderObservation } from './prompts.ts';

export interface Turn {
  step: Step;
  /** What the model is shown next. */
  messages: Message[];
  submitted: boolean;
}

/** The model's reply; whatever goes wrong behind it is a `ModelError`, unless the attempt itself was stopped. */
export async function askModel(
  model: Model,
  messages: Message[],
  options: Parameters<Model['query']>[1],
): Promise<Reply> {
  try {
    return await model.query(messages, options);
  } catch (error) {
    options?.signal?.throwIfAborted();
    if (error instanceof ModelError) throw error;
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

export function readReply({ text, toolCalls }: Reply): ParsedReply {
  const [toolCall, ...more] = toolCalls;
  if (toolCall === undefined) return parseAction(text);
  if (more.length > 0) return { malformed: `expected one action, got ${toolCalls.length}` };
  return { thought: thoughtOf(text), action: renderAction(toolCall), toolCall };
}

/** Runs what the reply asks for. Throws only when the sandbox broke or the attempt was stopped. */
export async function act(
  reply: Reply,
  context: ToolContext,
  how: { prompt: Prompt; limits: AttemptLimits; time: string },
): Promise<Turn> {
  const { prompt, limits, time } = how;
  const read = readReply(reply);
  const spent = { usage: reply.usage, cost_usd: reply.costUsd, time };
  const outcome = 'malformed' in read ? { wrong: read.malformed } : await runTool(read.toolCall, context);
  if ('wrong' in outcome) {
    const observation = renderMalformed(outcome.wrong, prompt);
    const action = assistantMessage(reply).content;
    const step = { ...emptyStep, ...spent, thought: thoughtOf(reply.text), action, observation, malformed: true };
    return { step, messages: answer(reply, observation), submitted: false };
  }
  const { thought, action, toolCall } = read as Exclude<ParsedReply, { malformed: string }>;
  const submitted = outcome.submitted === true;
  const shown = clipObservation(outcome.output, limits.observationChars);
  const observation = submitted ? '' : renderObservation(shown, outcome.exitCode);
  const step: Step = {
    ...emptyStep,
    ...spent,
    thought,
    action,
    tool_call: toolCall,
    observation,
    ...(shown !== outcome.output && { raw_output: outcome.output }),
    exit_code: outcome.exitCode,
    duration_ms: Math.round(outcome.durationMs),
    timed_out: outcome.timedOut,
    truncated: outcome.truncated || shown !== outcome.output,
  };
  return { step, messages: submitted ? [] : answer(reply, observation), submitted };
}

async function runTool(
  call: { name: string; arguments: Record<string, unknown> },
  context: ToolContext,
): Promise<ToolResult | { wrong: string }> {
  const tool = findTool(call.name);
  return (
    tool?.run(call.arguments, context) ?? {
      wrong: `unknown tool \`${call.name}\`; there are bash, str_replace_editor and submit`,
    }
  );
}

/** A provider wants every call that has an id answered by that id; text is answered by a user's message. */
function answer({ toolCalls }: Reply, observation: string): Message[] {
  const ids = toolCalls.flatMap(({ id }) => (id === undefined ? [] : [id]));
  if (ids.length === 0) return [{ role: 'user', content: observation }];
  return ids.map((id) => ({ role: 'tool', content: observation, tool_call_id: id }));
}

const emptyStep = {
  exit_code: null,
  duration_ms: 0,
  cwd: '/testbed',
  timed_out: false,
  truncated: false,
  malformed: false,
} as const;
