// Actions and what answered them: none without the other, and what stands there is what was seen.
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { orphanResults } from '../../trajectory/orphan-results.ts';
import { replyIndexes } from './replies.ts';
import type { Fault } from './rule.ts';

/** Tool results that answer no call of the reply before them. */
export function* checkOrphans(trajectory: Trajectory): Generator<Fault> {
  for (const { message, why } of orphanResults(trajectory)) yield { message: `message ${message}: ${why}` };
}

/** Actions, other than the last, that nothing answers. */
export function* checkUnanswered(trajectory: Trajectory): Generator<Fault> {
  const { messages, steps } = trajectory;
  const indexes = replyIndexes(trajectory);
  for (const [k, { observation }] of steps.entries()) {
    const index = indexes?.[k];
    const next = index === undefined ? undefined : messages[index + 1];
    const isAnswered = observation !== undefined && next?.role !== 'assistant';
    if (k < steps.length - 1 && !isAnswered && !isAnsweredTogether(trajectory, k))
      yield { step: k, message: 'no observation answers it' };
  }
}

/** Several calls of one reply may have one result, which stands at the last of them. */
function isAnsweredTogether({ messages, steps }: Trajectory, k: number): boolean {
  const { message, tool_call } = steps[k]!;
  const later = steps.slice(k + 1).findLast((step) => step.message === message);
  if (message === undefined || later?.observation === undefined) return false;
  const hasOwnId =
    tool_call?.id !== undefined && messages.some(({ tool_call_id }) => tool_call_id === later.tool_call?.id);
  return !hasOwnId;
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
