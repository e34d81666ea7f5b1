// What exporters to formats with native calls have in common.
import type { Tool, ToolCall } from '../../../../core/schema/message.ts';

/** Step k's call with an id: calls that were written as text have none of their own. */
export const withId = (call: ToolCall, k: number): ToolCall & { id: string } => ({
  ...call,
  id: call.id ?? `call_${k}`,
});

export const openaiCall = ({ id, name, arguments: args }: ToolCall & { id: string }) => ({
  id,
  type: 'function' as const,
  function: { name, arguments: JSON.stringify(args) },
});

export const openaiTool = (tool: Tool) => ({ type: 'function' as const, function: tool });
