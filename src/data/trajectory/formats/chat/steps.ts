// The steps of a chat: every call of every reply, with what answers it.
import { renderAction } from '../../../../agents/loop/action.ts';
import { thoughtBefore, withoutThoughts } from '../../../../agents/loop/thoughts.ts';
import type { Message } from '../../../../core/schema/message.ts';
import type { Step } from '../../../../core/schema/trajectory.ts';
import { isReadable, type ReplyCall } from './calls.ts';
import type { Said } from './message.ts';
import { type ReadAction, readTextActions } from './text-actions.ts';

type StepAction = ReadAction & Pick<Step, 'unreadable_call'>;

/** Replies with native calls have a step for each; those without are read as text. */
export function stepsOfChat(said: readonly Said[]): Step[] {
  const replies = said.flatMap((one, index) =>
    one.message.role === 'assistant' && !one.message.is_context ? [{ ...one, index }] : [],
  );
  const isNative = replies.some(({ calls = [] }) => calls.length > 0);
  const inText = isNative ? [] : readTextActions(replies.map(({ message }) => message.content));
  return replies.flatMap((reply, nth) => {
    const { index, reasoning, known, calls = [] } = reply;
    const actions: StepAction[] = isNative ? nativeActions(reply) : inText[nth]!;
    const ids = actions.map((_, n) => calls[n]?.id);
    const answers = answersTo(ids, messagesAfter(said, index));
    return actions.map(
      (action, n): Step => ({
        message: index,
        ...action,
        ...(n === 0 && reasoning !== undefined && { reasoning }),
        ...(answers[n] !== undefined && { observation: answers[n].message.content }),
        ...(n === 0 && known),
        ...answers[n]?.known,
      }),
    );
  });
}

/** Up to the next reply. */
function messagesAfter(said: readonly Said[], reply: number): readonly Said[] {
  const next = said.findIndex(({ message }, index) => index > reply && message.role === 'assistant');
  return said.slice(reply + 1, next === -1 ? undefined : next);
}

/** A native call has no text of its own: its action is the canonical one; of one that cannot be read, the JSON that it came in. */
function nativeActions({ message, text = message.content, calls = [] }: Said): StepAction[] {
  if (calls.length === 0) return [{ thought: text.trim(), action: text, malformed: true }];
  const thought = thoughtBefore(withoutThoughts(text, '<function='), text.length);
  return calls.map((call: ReplyCall, n) => ({
    thought: n === 0 ? thought : '',
    ...(isReadable(call)
      ? { action: renderAction(call), tool_call: call, malformed: false }
      : { action: JSON.stringify(call), unreadable_call: call, malformed: true }),
  }));
}

/**
 * What answers each call: first the message with its id; then, in order, what has no id, of which a single one for several calls stands at
 * the last of them. Calls without ids are answered by whatever stands there.
 */
function answersTo(ids: readonly (string | undefined)[], after: readonly Said[]): (Said | undefined)[] {
  if (ids.length === 1 && ids[0] === undefined) return [after[0]];
  const left = [...after];
  const take = (fits: (message: Message) => boolean): Said | undefined => {
    const at = left.findIndex(({ message }) => fits(message));
    return at === -1 ? undefined : left.splice(at, 1)[0];
  };
  const answers = ids.map((id) => (id === undefined ? undefined : take(({ tool_call_id }) => tool_call_id === id)));
  const open = ids.flatMap((id, n) => (answers[n] === undefined ? [{ id, n }] : []));
  const mayAnswer = ({ role, tool_call_id }: Message, id: string | undefined): boolean =>
    id === undefined || (role === 'tool' && tool_call_id === undefined);
  const candidates = left.filter(({ message }) => open.some(({ id }) => mayAnswer(message, id)));
  for (const { id, n } of candidates.length === 1 ? open.slice(-1) : open)
    answers[n] = take((message) => mayAnswer(message, id));
  return answers;
}
