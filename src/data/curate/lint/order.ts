// Whether the messages are a conversation, and the steps are what it says.
import { countOf } from '../../../core/run/count-of.ts';
import type { Message } from '../../../core/schema/message.ts';
import type { Step, Trajectory } from '../../../core/schema/trajectory.ts';
import { replyIndexes } from './replies.ts';
import type { Fault } from './rule.ts';

/** Roles in turn: after the first reply, a reply and then what answers it. */
export function* checkRoles({ messages }: Trajectory): Generator<Fault> {
  const first = messages.findIndex(({ role }) => role === 'assistant');
  if (first === -1) return yield { message: 'no message is of the assistant' };
  if (!messages.slice(0, first).some(({ role }) => role === 'user'))
    yield { message: 'the assistant speaks before any user' };
  for (let index = first + 1; index < messages.length; index++) {
    const [before, role] = [messages[index - 1]!.role, messages[index]!.role];
    if (role === 'system') yield { message: `message ${index}: a system message after the first reply` };
    else if (role === before && role !== 'tool') yield { message: `message ${index}: two ${role} messages in a row` };
  }
}

/** Steps against messages: the reply of every step is there and holds its action, no reply is without a step, observations are as shown. */
export function* checkSteps(trajectory: Trajectory): Generator<Fault> {
  const { messages, steps, totals } = trajectory;
  if (totals.steps !== steps.length)
    yield {
      message: `\`totals.steps\` is ${totals.steps}, but there ${steps.length === 1 ? 'is' : 'are'} ${countOf(steps.length, 'step')}`,
    };
  const indexes = replyIndexes(trajectory);
  if (indexes === undefined) {
    const replies = messages.filter(({ role }) => role === 'assistant').length;
    return yield {
      message: `${countOf(replies, 'reply', 'replies')} in the messages, but ${countOf(steps.length, 'step')}`,
    };
  }
  let last = -1;
  for (const [k, step] of steps.entries()) {
    const index = indexes[k];
    if (index === undefined) {
      // Harnesses store neither what they asked again for, nor always the last reply.
      if (!step.malformed && k < steps.length - 1) yield { step: k, message: 'no message holds its reply' };
      continue;
    }
    const reply = messages[index];
    const next = indexes.find((other) => other !== undefined && other > index);
    if (reply?.role !== 'assistant') yield { step: k, message: `message ${index} is no reply of the assistant` };
    else if (index < last) yield { step: k, message: 'its reply stands before that of the step before' };
    else if (!holdsAction(reply, step)) yield { step: k, message: `message ${index} does not hold its action` };
    else if (!isObserved(messages.slice(index + 1, next), step))
      yield { step: k, message: 'the messages after its reply do not show its observation' };
    last = index;
  }
  yield* repliesWithoutStep(messages, new Set(indexes));
}

/** From the first step on: what stands before it may be a demonstration. */
function* repliesWithoutStep(messages: readonly Message[], indexes: ReadonlySet<number | undefined>): Generator<Fault> {
  const first = messages.findIndex((_, index) => indexes.has(index));
  for (const [index, { role, is_context }] of messages.entries())
    if (first !== -1 && index > first && role === 'assistant' && !is_context && !indexes.has(index))
      yield { message: `message ${index}: a reply without a step` };
}

function holdsAction({ content, tool_calls = [] }: Message, { action, tool_call }: Step): boolean {
  if (content.includes(action)) return true;
  return (
    tool_call !== undefined &&
    (content.includes(tool_call.name) || tool_calls.some(({ name }) => name === tool_call.name))
  );
}

/** The end of an attempt need not be shown to anyone. */
const isObserved = (after: readonly Message[], { observation = '' }: Step): boolean =>
  observation === '' || after.length === 0 || after.some(({ content }) => content.includes(observation));
