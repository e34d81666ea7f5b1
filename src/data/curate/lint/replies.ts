// Which message holds the reply of which step.
import type { Trajectory } from '../../../core/schema/trajectory.ts';

/** One index a step, undefined where the record leaves the reply out; nothing when it cannot be told which is whose. */
export function replyIndexes({ messages, steps }: Trajectory): (number | undefined)[] | undefined {
  if (steps.some(({ message }) => message !== undefined)) return steps.map(({ message }) => message);
  const replies = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  return replies.length === steps.length ? replies : undefined;
}
