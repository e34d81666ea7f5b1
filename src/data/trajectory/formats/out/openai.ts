// OpenAI's chat messages with tool calls, one row a trajectory: what TRL's SFT and most chat templates take (`messages`, `tools`). The other
// columns are those of SWE-smith's rows.
import type { Message } from '../../../../core/schema/message.ts';
import type { Trajectory } from '../../../../core/schema/trajectory.ts';
import { openaiCall, openaiTool, withId } from './calls.ts';
import { rowColumns } from './row-columns.ts';
import { type Turn, turnsOf } from './turns.ts';

export interface OpenaiMessage {
  role: Message['role'];
  content: string;
  reasoning_content?: string;
  tool_calls?: ReturnType<typeof openaiCall>[];
  tool_call_id?: string;
}

export function toOpenai(trajectory: Trajectory) {
  const { opening, turns } = turnsOf(trajectory);
  return {
    messages: [...opening.map(plain), ...turns.flatMap(messagesOf)],
    ...(trajectory.tools && { tools: trajectory.tools.map(openaiTool) }),
    ...rowColumns(trajectory),
  };
}

/** A malformed answer stays the text it was, answered by a user's message. */
function messagesOf({ steps, first, after }: Turn): OpenaiMessage[] {
  const reasoning = steps[0]!.reasoning;
  const said = { ...(reasoning !== undefined && { reasoning_content: reasoning }) };
  const calls = steps.map(({ tool_call, unreadable_call }, n) => withId(tool_call ?? unreadable_call, first + n));
  const made = calls.flatMap((call) => (call ? [openaiCall(call)] : []));
  const reply: OpenaiMessage =
    made.length === 0
      ? { role: 'assistant', content: steps[0]!.action, ...said }
      : { role: 'assistant', content: steps[0]!.thought, ...said, tool_calls: made };
  const answers = steps.flatMap(({ observation }, n): OpenaiMessage[] => {
    if (observation === undefined) return [];
    const id = calls[n]?.id;
    return [
      id === undefined
        ? { role: 'user', content: observation }
        : { role: 'tool', content: observation, tool_call_id: id },
    ];
  });
  return [reply, ...answers, ...after.map(plain)];
}

const plain = ({ role, content }: Message): OpenaiMessage => ({ role: role === 'tool' ? 'user' : role, content });
