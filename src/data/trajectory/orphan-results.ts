// Results of tools that answer no call: nothing that is learnt from the steps shows them.
import type { Trajectory } from '../../core/schema/trajectory.ts';

export interface OrphanResult {
  /** Index in `messages`. */
  message: number;
  why: string;
}

/** A result answers the call with its id; one without an id any call of the reply before it. */
export function* orphanResults({ messages, steps }: Pick<Trajectory, 'messages' | 'steps'>): Generator<OrphanResult> {
  const unreadable = new Map<number | undefined, (string | undefined)[]>();
  for (const { message, unreadable_call: call } of steps)
    if (call !== undefined) unreadable.set(message, [...(unreadable.get(message) ?? []), call.id]);
  let open: (string | undefined)[] | undefined;
  for (const [index, { role, tool_calls = [], tool_call_id: id }] of messages.entries()) {
    if (role === 'assistant') {
      open = [...tool_calls.map((call) => call.id), ...(unreadable.get(index) ?? [])];
      if (open.length === 0) open = [undefined]; // its call is in its text
    } else if (role === 'tool') {
      const at = open?.indexOf(id) ?? -1;
      const taken = id === undefined && at === -1 ? 0 : at;
      if (open === undefined) yield { message: index, why: "a tool's result before any reply" };
      else if (open.length === 0 && id === undefined)
        yield { message: index, why: "a tool's result after all calls were answered" };
      else if (taken === -1 && !open.includes(undefined))
        yield { message: index, why: "a tool's result for a call that the reply before it does not make" };
      else open.splice(Math.max(taken, 0), 1);
    }
  }
}
