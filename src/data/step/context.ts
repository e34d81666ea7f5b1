// What the student sees of an attempt: system, issue, and the last few action–observation pairs. Step instances are made with it and
// the student's agent queries with it, so that training and inference show the same thing.
import { parseAction, renderAction } from '../../agents/loop/action.ts';
import type { Message } from '../../core/schema/message.ts';

/** Pairs that the SRL paper shows (section 3). */
export const DEFAULT_WINDOW = 2;

/**
 * The messages before the first reply, then the last `window` (reply, observation) pairs. Replies are reduced to their canonical action:
 * monologues of earlier steps are not shown. Observations of native tool calls become user messages, as in the text format.
 */
export function windowMessages(messages: readonly Message[], window = DEFAULT_WINDOW): Message[] {
  const firstReply = messages.findIndex(({ role }) => role === 'assistant');
  if (firstReply === -1) return messages.map(plainMessage);
  const replies = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  const start = window === 0 ? messages.length : replies[Math.max(0, replies.length - window)];
  return [...messages.slice(0, firstReply), ...messages.slice(start)].map(plainMessage);
}

/** A message as the student sees it: text, from a system, a user or itself. */
export function plainMessage(message: Message): Message {
  if (message.role === 'assistant') return { role: 'assistant', content: actionText(message) };
  return { role: message.role === 'system' ? 'system' : 'user', content: message.content };
}

/** The canonical action of a reply; of a malformed one, what is left without the monologue. */
function actionText({ content, tool_calls }: Message): string {
  const native = tool_calls?.[0];
  if (native !== undefined) return renderAction(native);
  const parsed = parseAction(content);
  return 'action' in parsed ? parsed.action : withoutThought(content);
}

export const withoutThought = (text: string): string => text.replace(/<think>[\s\S]*?<\/think>\s*/g, '').trim();
