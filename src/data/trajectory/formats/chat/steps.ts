// The steps of a chat: every call of every reply, with what answers it.
import { renderAction } from '../../../../agents/loop/action.ts';
import type { Message, ToolCall } from '../../../../core/schema/message.ts';
import type { Step } from '../../../../core/schema/trajectory.ts';
import type { Said } from './message.ts';
import { type ReadAction, readTextActions } from './text-actions.ts';

/** Replies with native calls have a step for each; those without are read as text. */
export function stepsOfChat(said: readonly Said[]): Step[] {
  const replies = said.flatMap((one, index) =>
    one.message.role === 'assistant' && !one.isCopy ? [{ ...one, index }] : [],
  );
  const isNative = replies.some(({ message }) => message.tool_calls !== undefined);
  const inText = isNative ? [] : readTextActions(replies.map(({ message }) => message.content));
  return replies.flatMap(({ message, reasoning, index }, reply) => {
    const actions = isNative ? nativeActions(message) : [inText[reply]!];
    const after = said.slice(index + 1, replies[reply + 1]?.index).map((one) => one.message);
    const answers = answersTo(message.tool_calls ?? [{}], after);
    return actions.map(
      (action, n): Step => ({
        message: index,
        ...action,
        ...(n === 0 && reasoning !== undefined && { reasoning }),
        ...(answers[n] !== undefined && { observation: answers[n] }),
      }),
    );
  });
}

/** A native call has no text of its own: its action is the canonical one. */
function nativeActions({ content, tool_calls }: Message): ReadAction[] {
  if (tool_calls === undefined) return [{ thought: content.trim(), action: content, malformed: true }];
  return tool_calls.map((tool_call, n) => ({
    thought: n === 0 ? content.trim() : '',
    action: renderAction(tool_call),
    tool_call,
    malformed: false,
  }));
}

/** What answers each call: the message with its id; where ids are not kept, the next that stands there. */
function answersTo(calls: readonly Pick<ToolCall, 'id'>[], after: readonly Message[]): (string | undefined)[] {
  if (calls.length === 1 && calls[0]!.id === undefined) return [after[0]?.content];
  const left = [...after];
  const take = (fits: (answer: Message) => boolean): string | undefined => {
    const at = left.findIndex(fits);
    return at === -1 ? undefined : left.splice(at, 1)[0]!.content;
  };
  const byId = calls.map(({ id }) => (id === undefined ? undefined : take(({ tool_call_id }) => tool_call_id === id)));
  return calls.map(
    ({ id }, n) =>
      byId[n] ?? take(({ role, tool_call_id }) => id === undefined || (role === 'tool' && tool_call_id === undefined)),
  );
}
