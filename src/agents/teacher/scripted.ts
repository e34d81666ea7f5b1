// A model that plays a policy: a generator that is sent each observation and yields the next turn. No tokens, no cost.
import { ModelError } from '../../core/schema/errors.ts';
import type { Message, ToolCall } from '../../core/schema/message.ts';
import { type Model, noUsage } from '../model/model.ts';

export interface Turn {
  thought: string;
  call: ToolCall;
}
/** `yield` gives a turn and evaluates to what the environment answered. */
export type Policy = Generator<Turn, void, string>;

export function createScriptedModel(name: string, policy: Policy, settings: Record<string, unknown> = {}): Model {
  return {
    name,
    settings,
    async query(messages, { signal } = {}) {
      signal?.throwIfAborted();
      const next = policy.next(lastObservation(messages));
      if (next.done) throw new ModelError(`${name}: the script is over, but the attempt goes on. End it with submit.`);
      const { thought, call } = next.value;
      return { text: `<think>${thought}</think>`, toolCalls: [call], usage: noUsage, costUsd: 0 };
    },
  };
}

/** The observation without the words that introduce it. */
function lastObservation(messages: readonly Message[]): string {
  const last = messages.at(-1);
  return (last?.content ?? '').replace(/^OBSERVATION:\n/, '');
}
