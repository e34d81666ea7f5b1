// One trajectory → its step instances: context and expert action of every step worth imitating. What is left out is counted by reason.
import { clipObservation } from '../../agents/loop/clip.ts';
import type { Message } from '../../core/schema/message.ts';
import type { StepInstance } from '../../core/schema/step-instance.ts';
import type { Step, Trajectory } from '../../core/schema/trajectory.ts';
import { type Action, type Granularity, readActions } from './actions.ts';
import { loadBash, type ParseScript } from './bash.ts';
import { DEFAULT_WINDOW, plainMessage } from './context.ts';
import { countCharacters, fitPrompt, lastPairs, type PromptBudget, UNOBSERVED } from './prompt.ts';
import {
  allDropReasons,
  createRepetitionCheck,
  type DropReason,
  hasFailed,
  isEdit,
  isUnresolved,
  KEPT_BY_DEFAULT,
  type SwitchableReason,
} from './reasons.ts';
import { type SplitOptions, splitOf } from './splits.ts';

export interface ExtractOptions {
  splits: SplitOptions;
  /** @default 2, the paper's */
  window?: number;
  /** @default 'call' */
  granularity?: Granularity;
  /** Reasons that do not drop a step. @default KEPT_BY_DEFAULT */
  keep?: readonly SwitchableReason[];
  /** Characters of an observation beyond which it is clipped. @default 0, no limit */
  observationChars?: number;
  /** @default no limit */
  budget?: PromptBudget;
}

/** What became of one trajectory. */
export interface Extracted {
  trajectoryId: string;
  steps: number;
  instances: MadeInstance[];
  dropped: Partial<Record<DropReason, number>>;
  scripts: ScriptCount;
}

export interface MadeInstance {
  instance: StepInstance;
  /** Of the prompt, in what the budget counts. */
  length: number;
  /** Whether observations were cut to fit the budget. */
  clipped: boolean;
}

/** Bash actions, and the ids of those that the grammar finds an error in. */
export interface ScriptCount {
  total: number;
  unparsed: string[];
}

export type ExtractTrajectory = (trajectory: Trajectory) => Extracted;

/** Loads the bash grammar; the rest is pure. */
export async function createExtractor(options: ExtractOptions): Promise<ExtractTrajectory> {
  const parse = await loadBash();
  return (trajectory) => extractTrajectory(trajectory, options, parse);
}

function extractTrajectory(trajectory: Trajectory, options: ExtractOptions, parse: ParseScript): Extracted {
  const { window = DEFAULT_WINDOW, granularity = 'call', keep = KEPT_BY_DEFAULT, observationChars = 0 } = options;
  const { budget = { limit: 0, measure: countCharacters } } = options;
  const { trajectory_id: trajectoryId, instance_id = trajectoryId, steps } = trajectory;
  const split = splitOf(trajectory, options.splits);
  const opening = openingOf(trajectory);
  const history: Message[] = [];
  const isRepeated = createRepetitionCheck();
  const extracted = nothingYet(trajectoryId, steps.length);
  const dropping = allDropReasons.filter((why) => !keep.some((kept) => kept === why));
  const drop = (why: DropReason, count: number): void => {
    extracted.dropped[why] = (extracted.dropped[why] ?? 0) + count;
  };

  steps.forEach((step, k) => {
    const { text, kind, actions } = readActions(step, granularity, parse);
    const acted: Message = { role: 'assistant', content: text };
    const seen: Message = { role: 'user', content: clipObservation(step.observation ?? '', observationChars) };
    const holds: Partial<Record<DropReason, boolean>> = {
      unknown_instance: split === undefined,
      unresolved: isUnresolved(trajectory),
      malformed: step.tool_call === undefined,
      timed_out: step.timed_out === true,
      failed_edit: isEdit(kind) && hasFailed(step),
      repeated: isRepeated(acted.content, seen.content, kind),
      last: k === steps.length - 1,
    };
    const why = dropping.find((reason) => holds[reason]);
    if (why !== undefined) drop(why, actions.length);
    else for (const action of actions) make(step, k, action);
    countScript(extracted.scripts, actions[0]!, `${trajectoryId}#${k}`);
    history.push(acted, seen);
  });
  return extracted;

  function make({ thought }: Step, k: number, { action, tool, kind, parsed, command, before }: Action): void {
    const recent = lastPairs(history, window);
    if (before !== undefined) recent.push({ role: 'assistant', content: before }, UNOBSERVED);
    const fitted = fitPrompt(opening, recent, budget);
    if (!fitted.fits && dropping.includes('too_long')) {
      drop('too_long', 1);
      return;
    }
    const { prompt, length, clipped } = fitted;
    const instance: StepInstance = {
      id: command === undefined ? `${trajectoryId}#${k}` : `${trajectoryId}#${k}.${command.index}`,
      instance_id,
      trajectory_id: trajectoryId,
      step: k,
      steps: steps.length,
      prompt,
      action,
      tool,
      kind,
      ...(parsed !== undefined && { parsed }),
      ...(command !== undefined && { command }),
      thought,
      split: split!,
    };
    extracted.instances.push({ instance, length, clipped });
  }
}

const nothingYet = (trajectoryId: string, steps: number): Extracted => ({
  trajectoryId,
  steps,
  instances: [],
  dropped: {},
  scripts: { total: 0, unparsed: [] },
});

/** What stands before the reply of the first step; replies of a demonstration may be among it. */
function openingOf({ messages, steps }: Trajectory): Message[] {
  const firstReply = steps[0]?.message ?? messages.findIndex(({ role }) => role === 'assistant');
  return (firstReply === -1 ? messages : messages.slice(0, firstReply)).map(plainMessage);
}

function countScript(scripts: ScriptCount, { parsed }: Action, id: string): void {
  if (parsed === undefined) return;
  scripts.total += 1;
  if (!parsed) scripts.unparsed.push(id);
}
