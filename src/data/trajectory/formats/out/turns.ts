// A trajectory as an exporter walks it: what opens it, then every reply with its steps and what was said after them.
import { pushAll } from '../../../../core/run/large-arrays.ts';
import type { Message } from '../../../../core/schema/message.ts';
import type { Step, Trajectory } from '../../../../core/schema/trajectory.ts';

export interface Turn {
  /** Absent where the record has a step, but no reply of it: a malformed reply that was asked again. */
  reply: Message | undefined;
  /** One, or several where the reply made several calls. */
  steps: Step[];
  /** Index of the first of them in the trajectory. */
  first: number;
  /** Messages before the next reply that are no observations of these steps. */
  after: Message[];
}

export function turnsOf({ messages, steps }: Pick<Trajectory, 'messages' | 'steps'>): {
  opening: Message[];
  turns: Turn[];
} {
  const groups = groupByReply(messages, steps);
  const opening: Message[] = [];
  const turns: Turn[] = [];
  let said = opening;
  let rest = messages.slice(0, nextReply(groups, 0) ?? messages.length);
  for (const [n, group] of groups.entries()) {
    const reply = group.index === undefined ? undefined : messages[group.index];
    const turn: Turn = { reply, steps: group.steps, first: group.first, after: [] };
    turns.push(turn);
    if (group.index !== undefined) {
      pushAll(said, rest);
      rest = messages.slice(group.index + 1, nextReply(groups, n + 1) ?? messages.length);
      for (const step of group.steps) takeObservation(rest, step);
      said = turn.after;
    } else {
      // Its answer stands among what was said before the next reply.
      const at = rest.findIndex((message) => isObservation(message, group.steps[0]!));
      if (at === -1) continue;
      pushAll(said, rest.splice(0, at));
      rest.shift();
      said = turn.after;
    }
  }
  pushAll(said, rest);
  return { opening, turns };
}

interface Group {
  index: number | undefined;
  steps: Step[];
  first: number;
}

/** Our own agent's records name no messages: they have one step a reply. */
function groupByReply(messages: readonly Message[], steps: readonly Step[]): Group[] {
  const replies = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  const isNamed = steps.some(({ message }) => message !== undefined);
  const groups: Group[] = [];
  for (const [k, step] of steps.entries()) {
    const index = isNamed ? step.message : replies[k];
    const last = groups.at(-1);
    if (index !== undefined && last?.index === index) last.steps.push(step);
    else groups.push({ index, steps: [step], first: k });
  }
  return groups;
}

const nextReply = (groups: readonly Group[], from: number): number | undefined =>
  groups.slice(from).find(({ index }) => index !== undefined)?.index;

const isObservation = ({ role, content }: Message, { observation }: Step): boolean =>
  role !== 'assistant' && role !== 'system' && content === observation;

function takeObservation(rest: Message[], step: Step): void {
  const at = rest.findIndex((message) => isObservation(message, step));
  if (at !== -1) rest.splice(at, 1);
}
