// What exporters to formats with native calls have in common.
import type { Tool, ToolCall } from '../../../../core/schema/message.ts';
import type { UnreadableCall } from '../../../../core/schema/trajectory.ts';

export type CallWithId = (ToolCall | UnreadableCall) & { id: string };

/** Step k's call with an id: calls that were written as text have none of their own. */
export const withId = (call: ToolCall | UnreadableCall | undefined, k: number): CallWithId | undefined =>
  call && { ...call, id: call.id ?? `call_${k}` };

/** Arguments are text there, so that those of a call that cannot be read stay as they are. */
export const openaiCall = ({ id, name, arguments: args }: CallWithId) => ({
  id,
  type: 'function' as const,
  function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
});

export const openaiTool = (tool: Tool) => ({ type: 'function' as const, function: tool });
