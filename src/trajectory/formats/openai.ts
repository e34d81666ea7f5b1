// OpenAI's chat messages with tool calls, one row a trajectory: what most trainers and chat templates take.
import { z } from 'zod';
import type { Trajectory } from '../../schema/trajectory.ts';

const callSchema = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

export const openaiSchema = z.object({
  messages: z.array(
    z.object({
      role: z.enum(['system', 'user', 'assistant', 'tool']),
      content: z.string(),
      tool_calls: z.array(callSchema).optional(),
      tool_call_id: z.string().optional(),
    }),
  ),
  tools: z.array(
    z.object({
      type: z.literal('function'),
      function: z.object({
        name: z.string(),
        description: z.string().optional(),
        parameters: z.record(z.string(), z.unknown()),
      }),
    }),
  ),
});
export type OpenaiRow = z.infer<typeof openaiSchema>;

/** A malformed answer stays the text it was, answered by a user's message. */
export function toOpenai({ messages, steps, tools }: Trajectory): OpenaiRow {
  const opening = messages.slice(0, messages.findIndex(({ role }) => role === 'assistant') >>> 0);
  const turns = steps.flatMap(({ thought, action, tool_call, observation = '' }, index): OpenaiRow['messages'] => {
    if (tool_call === undefined)
      return [
        { role: 'assistant', content: action },
        { role: 'user', content: observation },
      ];
    const id = tool_call.id ?? `call_${index}`;
    const call = { name: tool_call.name, arguments: JSON.stringify(tool_call.arguments) };
    return [
      { role: 'assistant', content: thought, tool_calls: [{ id, type: 'function', function: call }] },
      { role: 'tool', content: observation, tool_call_id: id },
    ];
  });
  return {
    messages: [...opening.map(({ role, content }) => ({ role, content })), ...turns],
    tools: (tools ?? []).map((tool) => ({ type: 'function', function: tool })),
  };
}
