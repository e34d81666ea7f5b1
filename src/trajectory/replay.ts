// Replaying one trajectory: its actions again, in order, in a fresh sandbox. What the model would say is not asked; what the repository
// answers is compared with what the record says.
import { defaultLimits } from '../agent/limits.ts';
import { type Observed, observe } from '../agent/observe.ts';
import { attemptContext } from '../agent/turn.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { ToolContext } from '../sandbox/tools/tool.ts';
import type { Message } from '../schema/message.ts';
import type { Step, Trajectory } from '../schema/trajectory.ts';
import { normalise } from './normalise.ts';

/** `equal`: after normalising; `exact` means to the last character. */
export type Likeness = 'exact' | 'equal' | 'different';

export interface StepReplay {
  step: number;
  likeness: Likeness;
  exit_code: { recorded: number | null; replayed: number | null };
  /** Only where different: what the repository answers now. */
  observation?: string;
}

export interface Replay {
  steps: StepReplay[];
  patch: string;
  diff_equal: boolean;
  /** The trajectory with the observations of this run. */
  rerecorded: Trajectory;
}

export async function replayTrajectory(
  trajectory: Trajectory,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Replay> {
  const limits = { ...defaultLimits, ...trajectory.environment?.limits };
  const context = attemptContext(sandbox, limits, signal);
  const replays: StepReplay[] = [];
  const steps: Step[] = [];
  for (const [index, step] of trajectory.steps.entries()) {
    signal?.throwIfAborted();
    const now = await repeat(step, context, limits.observationChars);
    replays.push(compare(index, step, now));
    const { raw_output: _, ...rest } = step;
    steps.push({ ...rest, ...now });
  }
  const patch = await sandbox.diff();
  const rerecorded = { ...trajectory, steps, messages: withObservations(trajectory.messages, steps), patch };
  return { steps: replays, patch, diff_equal: isSamePatch(patch, trajectory.patch ?? ''), rerecorded };
}

type Seen = Pick<Step, keyof Omit<Observed, 'submitted'>>;

/** Malformed answers ran nothing when they were recorded, and run nothing now. */
async function repeat(step: Step, context: ToolContext, observationChars: number): Promise<Seen> {
  const { observation, exit_code, duration_ms, timed_out, truncated } = step;
  const asRecorded = { observation, exit_code, duration_ms, timed_out, truncated };
  if (step.tool_call === undefined) return asRecorded;
  const observed = await observe(step.tool_call, context, observationChars);
  if ('wrong' in observed) return { ...asRecorded, observation: observed.wrong, exit_code: null };
  const { submitted: _, ...seen } = observed;
  return seen;
}

function compare(index: number, recorded: Step, now: Seen): StepReplay {
  const codes = { recorded: recorded.exit_code ?? null, replayed: now.exit_code ?? null };
  // Records of other tools may not know their exit codes.
  const isSameCode = codes.recorded === null || codes.recorded === codes.replayed;
  const likeness = isSameCode ? likenessOf(recorded.observation, now.observation) : 'different';
  const step = { step: index, likeness, exit_code: codes };
  return likeness === 'different' ? { ...step, observation: now.observation ?? '' } : step;
}

function likenessOf(a = '', b = ''): Likeness {
  if (a === b) return 'exact';
  return normalise(a) === normalise(b) ? 'equal' : 'different';
}

/** The same change, whatever the blob hashes. */
const isSamePatch = (a: string, b: string): boolean => withoutHashes(a) === withoutHashes(b);
const withoutHashes = (patch: string): string => patch.replace(/^index [0-9a-f]+\.\.[0-9a-f]+/gm, 'index');

/** Every message that answers the k-th reply gets the k-th step's observation. */
function withObservations(messages: readonly Message[], steps: readonly Step[]): Message[] {
  let reply = -1;
  return messages.map((message) => {
    if (message.role === 'assistant') reply++;
    const step = steps[reply];
    return message.role === 'assistant' || step?.observation === undefined
      ? message
      : { ...message, content: step.observation };
  });
}
