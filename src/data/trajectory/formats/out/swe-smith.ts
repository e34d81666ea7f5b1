// SWE-smith's training rows: text messages with actions in the XML form, one row a trajectory. The form of the SRL paper's data.
import type { Message, ToolCall } from '../../../../core/schema/message.ts';
import type { Step, Trajectory } from '../../../../core/schema/trajectory.ts';
import { rowColumns } from './row-columns.ts';
import { type Turn, turnsOf } from './turns.ts';

interface TextMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export function toSweSmith(trajectory: Trajectory) {
  const { opening, turns } = turnsOf(trajectory);
  return { messages: [...opening.map(plain), ...turns.flatMap(messagesOf)], ...rowColumns(trajectory) };
}

/** The form has one call a reply: a reply with several becomes several. */
const messagesOf = ({ reply, steps, after }: Turn): TextMessage[] => [
  ...steps.flatMap((step): TextMessage[] => [
    { role: 'assistant', content: replyText(step, reply) },
    ...(step.observation === undefined ? [] : [{ role: 'user' as const, content: step.observation }]),
  ]),
  ...after.map(plain),
];

/** A reply that is in the form already stays as it is, to the byte. */
function replyText(step: Step, reply: Message | undefined): string {
  if (step.tool_call === undefined)
    return step.unreadable_call === undefined ? step.action : joined(step.thought, step.action);
  const isInForm =
    step.action.startsWith('<function=') &&
    reply !== undefined &&
    reply.tool_calls === undefined &&
    !/<think>|<tool_call>\s*<function=/.test(reply.content);
  if (isInForm && reply.content.includes(step.action)) return reply.content;
  return joined(step.thought, actionText(step.tool_call));
}

const joined = (thought: string, action: string): string =>
  [thought, action].filter((part) => part !== '').join('\n\n');

/** Its texts stand on lines of their own. */
function actionText({ name, arguments: args }: ToolCall): string {
  const ownLines = ['old_str', 'new_str', 'file_text'];
  const parameters = Object.entries(args).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    // One newline at either end is taken off again by whoever reads it.
    const isFramed = ownLines.includes(key) || /^\n|\n$/.test(text);
    return `<parameter=${key}>${isFramed ? `\n${text}\n` : text}</parameter>\n`;
  });
  return `<function=${name}>\n${parameters.join('')}</function>`;
}

const plain = ({ role, content }: Message): TextMessage => ({ role: role === 'tool' ? 'user' : role, content });
