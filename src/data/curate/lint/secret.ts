// Keys, tokens and mail addresses: each value once a trajectory, where it first stands, and never shown.
import { countOf } from '../../../core/run/count-of.ts';
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { findKeys, type Secret } from '../secrets/find.ts';
import { findMails } from '../secrets/mail.ts';
import type { Fault } from './rule.ts';

export const checkSecrets = (trajectory: Trajectory): Iterable<Fault> => leaks(trajectory, findKeys);
export const checkMails = (trajectory: Trajectory): Iterable<Fault> => leaks(trajectory, findMails);

function* leaks(trajectory: Trajectory, find: (text: string) => Iterable<Secret>): Generator<Fault> {
  const told = new Set<string>();
  for (const { text, where, step } of textsOf(trajectory))
    for (const { kind, start, end } of find(text)) {
      const value = text.slice(start, end);
      if (told.has(value)) continue;
      told.add(value);
      yield {
        ...(step !== undefined && { step }),
        message: `${kind} of ${countOf(value.length, 'character')} in ${where}`,
      };
    }
}

interface Text {
  text: string;
  where: string;
  step?: number;
}

/** Steps first, since they tell where; then all else that they do not repeat. */
function* textsOf({ steps, messages, ...rest }: Trajectory): Generator<Text> {
  const seen = new Set<string>();
  for (const [step, { thought, reasoning, action, observation, raw_output }] of steps.entries())
    for (const [where, text] of Object.entries({ thought, reasoning, action, observation, raw_output })) {
      if (text === undefined || seen.has(text)) continue;
      seen.add(text);
      yield { text, where: `its \`${where}\``, step };
    }
  for (const [index, { content }] of messages.entries())
    if (!seen.has(content)) yield { text: content, where: `message ${index}` };
  for (const [where, value] of Object.entries(rest)) yield { text: JSON.stringify(value) ?? '', where: `\`${where}\`` };
}
