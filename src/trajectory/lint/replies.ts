// Which message holds the reply of which step.
import type { Trajectory } from '../../schema/trajectory.ts';

/** One index a step: told by the steps, or by counting where every reply is one step; otherwise undefined. */
export function replyIndexes({ messages, steps }: Trajectory): number[] | undefined {
  const told = steps.flatMap(({ message }) => message ?? []);
  if (told.length === steps.length) return told;
  const replies = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  return replies.length === steps.length ? replies : undefined;
}
