// Actions and what answered them: none without the other, and what stands there is what was seen.
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { replyIndexes } from './replies.ts';
import type { Fault } from './rule.ts';

/** Tool results that answer no call of the reply before them. */
export function* checkOrphans({ messages }: Trajectory): Generator<Fault> {
  let open = new Set<string>();
  let isAfterReply = false;
  for (const [index, { role, tool_calls = [], tool_call_id }] of messages.entries()) {
    if (role === 'assistant') {
      open = new Set(tool_calls.flatMap(({ id }) => id ?? []));
      isAfterReply = true;
    } else if (role === 'tool') {
      if (!isAfterReply) yield { message: `message ${index}: a tool's result before any reply` };
      else if (tool_call_id !== undefined && !open.delete(tool_call_id))
        yield { message: `message ${index}: a tool's result for a call that the reply before it does not make` };
    }
  }
}

/** Actions, other than the last, that nothing answers. */
export function* checkUnanswered(trajectory: Trajectory): Generator<Fault> {
  const { messages, steps } = trajectory;
  const indexes = replyIndexes(trajectory);
  for (const [k, { observation }] of steps.entries()) {
    const index = indexes?.[k];
    const next = index === undefined ? undefined : messages[index + 1];
    const isAnswered = observation !== undefined && next?.role !== 'assistant';
    if (k < steps.length - 1 && !isAnswered) yield { step: k, message: 'no observation answers it' };
  }
}

/** Texts that history processors put in the place of what was observed. */
const ELIDED: [RegExp, string][] = [
  [/^(?:OBSERVATION:\n)?Old environment output: \(\d+ lines? omitted\)/, "SWE-agent's history processor"],
  [/<Observation condensed for saving context>/, "R2E-Gym's condenser"],
  [/^\[Observation (?:masked|omitted)\b|<(?:output|observation) (?:omitted|elided)>/i, 'a condenser'],
];

/** Observations that were left out of the record, so that no replay can give them. */
export function* checkElided({ steps }: Trajectory): Generator<Fault> {
  for (const [k, { observation = '' }] of steps.entries()) {
    const by = ELIDED.find(([pattern]) => pattern.test(observation))?.[1];
    if (by !== undefined) yield { step: k, message: `its observation was left out by ${by}` };
  }
}
