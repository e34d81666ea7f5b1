// Trajectories → step instances: context and expert action of every step worth imitating. What is left out is counted by reason.
import type { Message } from '../schema/message.ts';
import type { StepInstance, StepKind } from '../schema/step-instance.ts';
import type { Step, Trajectory } from '../schema/trajectory.ts';
import { DEFAULT_WINDOW, windowMessages } from './context.ts';
import { kindOf } from './kind.ts';

/** Why a step is dropped; each can be switched off, except the first two, which leave nothing to make an instance of. */
export const dropReasons = {
  malformed: 'the reply held no action',
  unknown_instance: 'the instance, and with it the split, is not known',
  duplicate: 'a step of the same id came before',
  unresolved: 'the attempt was not judged resolved',
  timed_out: 'the command ran into its time limit',
  failed_edit: 'the edit was refused or failed',
  repeated: 'same action, same observation, and no edit in between',
  too_long: 'the prompt is longer than `maxPromptChars`',
} as const;
export type DropReason = keyof typeof dropReasons;
export type KeepableReason = Exclude<DropReason, 'malformed' | 'unknown_instance'>;

export interface ExtractOptions {
  window?: number;
  /** The instance's split; undefined when the instance is not known. */
  splitOf: (instanceId: string) => StepInstance['split'] | undefined;
  /** Reasons that do not drop a step. */
  keep?: readonly KeepableReason[];
  /** Longest prompt, in characters; 0 = no limit. */
  maxPromptChars?: number;
}

export interface ExtractStatistics {
  trajectories: number;
  /** Those of the trajectories; equals `step_instances` plus all that was dropped. */
  steps: number;
  step_instances: number;
  dropped: Partial<Record<DropReason, number>>;
  kinds: Partial<Record<StepKind, number>>;
  splits: Record<StepInstance['split'], number>;
}

/** Yields step instances in the order of the trajectories; `statistics` fills as they are taken. */
export function extractSteps(trajectories: Iterable<Trajectory>, options: ExtractOptions) {
  const statistics: ExtractStatistics = {
    trajectories: 0,
    steps: 0,
    step_instances: 0,
    dropped: {},
    kinds: {},
    splits: { train: 0, heldout: 0 },
  };
  async function* instances(): AsyncGenerator<StepInstance> {
    const seen = new Set<string>();
    for (const trajectory of trajectories) {
      statistics.trajectories += 1;
      statistics.steps += trajectory.steps.length;
      for await (const made of stepsOf(trajectory, options, seen)) {
        if (typeof made === 'string') {
          statistics.dropped[made] = (statistics.dropped[made] ?? 0) + 1;
          continue;
        }
        statistics.step_instances += 1;
        statistics.kinds[made.kind] = (statistics.kinds[made.kind] ?? 0) + 1;
        statistics.splits[made.split] += 1;
        yield made;
      }
    }
  }
  return { instances: instances(), statistics };
}

/** Every step as an instance, or as the reason why it is not one. */
async function* stepsOf(
  trajectory: Trajectory,
  { window = DEFAULT_WINDOW, splitOf, keep = [], maxPromptChars = 0 }: ExtractOptions,
  seen: Set<string>,
): AsyncGenerator<StepInstance | DropReason> {
  const instanceId = trajectory.instance_id ?? trajectory.trajectory_id;
  const split = splitOf(instanceId);
  const messages = openingOf(trajectory);
  let sinceEdit: string[] = [];
  for (const [k, step] of trajectory.steps.entries()) {
    const id = `${trajectory.trajectory_id}#${k}`;
    const kind = step.tool_call === undefined ? 'other' : await kindOf(step.tool_call);
    const prompt = windowMessages(messages, window);
    const happened = `${step.action}\0${step.observation}`;
    const reasons: [DropReason, boolean][] = [
      ['malformed', step.malformed || step.tool_call === undefined],
      ['unknown_instance', split === undefined],
      ['duplicate', seen.has(id)],
      ['unresolved', trajectory.resolved !== true],
      ['timed_out', step.timed_out === true],
      ['failed_edit', (kind === 'edit' || kind === 'create') && hasFailed(step)],
      ['repeated', sinceEdit.includes(happened)],
      ['too_long', maxPromptChars > 0 && lengthOf(prompt) > maxPromptChars],
    ];
    const why = reasons.find(([reason, holds]) => holds && !keep.some((kept) => kept === reason))?.[0];
    yield why ?? {
      id,
      instance_id: instanceId,
      trajectory_id: trajectory.trajectory_id,
      step: k,
      steps: trajectory.steps.length,
      prompt,
      action: step.action,
      thought: step.thought,
      tool: step.tool_call!.name,
      kind,
      split: split!,
    };
    seen.add(id);
    sinceEdit = kind === 'edit' || kind === 'create' ? [] : [...sinceEdit, happened];
    messages.push({ role: 'assistant', content: step.action }, { role: 'user', content: step.observation ?? '' });
  }
}

const openingOf = ({ messages }: Trajectory): Message[] => {
  const firstReply = messages.findIndex(({ role }) => role === 'assistant');
  return firstReply === -1 ? [...messages] : messages.slice(0, firstReply);
};

const hasFailed = ({ exit_code }: Step): boolean => typeof exit_code === 'number' && exit_code !== 0;

const lengthOf = (messages: readonly Message[]): number =>
  messages.reduce((total, { content }) => total + content.length, 0);
