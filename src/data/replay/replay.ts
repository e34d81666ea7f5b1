// Replaying one trajectory: its actions again, in order, in a fresh sandbox. What the model would say is not asked; what the repository
// answers is compared with what the record says.
import { type Observed, observe } from '../../agents/loop/observe.ts';
import { attemptContext } from '../../agents/loop/turn.ts';
import type { Message } from '../../core/schema/message.ts';
import type { Step, Trajectory } from '../../core/schema/trajectory.ts';
import type { Sandbox, Session } from '../../world/sandbox/sandbox.ts';
import type { ToolContext } from '../../world/sandbox/tools/tool.ts';
import { type Comparison, compareAnswers, isSamePatch, shownOf } from './replay-likeness.ts';
import { answerThere, callHere } from './replay-root.ts';
import { type ReplaySetup, replaySetup } from './replay-setup.ts';

export interface StepReplay extends Comparison {
  step: number;
  exit_code: { recorded: number | null; replayed: number | null };
  /** Absent where nothing was run, or where the record has no time. */
  duration_ms?: { recorded: number; replayed: number };
  /** Only where different. */
  difference?: { action: string; recorded: string; replayed: string };
}

export interface Replay {
  /** Those that were compared. */
  steps: StepReplay[];
  patch: string;
  /** Undefined where the record has no patch. */
  diff_equal: boolean | undefined;
  /** The trajectory with the observations of this run. */
  rerecorded: Trajectory;
}

export interface ReplayOptions {
  /** Steps before it are run, but not compared: the state after them is taken as it is. */
  fromStep?: number;
  signal?: AbortSignal | undefined;
}

export async function replayTrajectory(
  trajectory: Trajectory,
  sandbox: Sandbox,
  { fromStep = 0, signal }: ReplayOptions = {},
): Promise<Replay> {
  const replays: StepReplay[] = [];
  const steps: Step[] = [];
  await using player = await openPlayer(trajectory, sandbox, signal);
  for (const [index, step] of trajectory.steps.entries()) {
    const now = await player.play(step);
    if (index >= fromStep) replays.push(compare(index, step, now));
    const { raw_output: _, ...rest } = step;
    steps.push({ ...rest, ...now });
  }
  const patch = await sandbox.diff();
  const rerecorded = { ...trajectory, steps, messages: withObservations(trajectory, steps), patch };
  const diff_equal = trajectory.patch === undefined ? undefined : isSamePatch(patch, trajectory.patch);
  return { steps: replays, patch, diff_equal, rerecorded };
}

/** Leaves the sandbox as it was after the first `count` steps. */
export async function replaySteps(
  trajectory: Trajectory,
  sandbox: Sandbox,
  count: number,
  signal?: AbortSignal,
): Promise<void> {
  await using player = await openPlayer(trajectory, sandbox, signal);
  for (const step of trajectory.steps.slice(0, count)) await player.play(step);
}

type Seen = Pick<Step, keyof Omit<Observed, 'submitted'>>;

interface Player extends AsyncDisposable {
  /** What the step answers now; what is recorded where it ran nothing. */
  play(step: Step): Promise<Seen>;
}

async function openPlayer(trajectory: Trajectory, sandbox: Sandbox, signal?: AbortSignal): Promise<Player> {
  const setup = replaySetup(trajectory);
  const session = await openSession(sandbox, setup);
  const context = attemptContext(sandbox, {
    session,
    signal,
    dialect: setup.style.dialect,
    memory: { edits: new Map(), reviews: setup.reviews },
    ...(setup.maxOutputBytes !== undefined && { maxOutputBytes: setup.maxOutputBytes }),
  });
  return {
    play(step) {
      signal?.throwIfAborted();
      return repeat(step, { ...context, timeoutMs: setup.timeoutMs(step) }, setup);
    },
    [Symbol.asyncDispose]: async () => session?.dispose(),
  };
}

async function openSession(sandbox: Sandbox, { session: asked }: ReplaySetup): Promise<Session | undefined> {
  if (asked === undefined) return undefined;
  const session = await sandbox.openSession(asked.env && { env: asked.env });
  if (asked.startup !== undefined) await session.exec(asked.startup);
  return session;
}

async function repeat(step: Step, context: ToolContext, { style, ran, root }: ReplaySetup): Promise<Seen> {
  const { observation, raw_output, exit_code, duration_ms, timed_out, truncated } = step;
  const asRecorded = { observation, raw_output, exit_code, duration_ms, timed_out, truncated };
  if (step.tool_call === undefined || !ran(step)) return asRecorded;
  const call = root === undefined ? step.tool_call : callHere(step.tool_call, root);
  const observed = await observe(call, context, style);
  if ('wrong' in observed)
    return { ...asRecorded, observation: observed.wrong, raw_output: undefined, exit_code: null };
  const { submitted: _, ...seen } = root === undefined ? observed : answerThere(observed, root);
  return seen;
}

function compare(index: number, recorded: Step, now: Seen): StepReplay {
  const compared = compareAnswers(recorded, now);
  return {
    step: index,
    ...compared,
    exit_code: { recorded: recorded.exit_code ?? null, replayed: now.exit_code ?? null },
    ...(recorded.duration_ms !== undefined &&
      now.duration_ms !== undefined && { duration_ms: { recorded: recorded.duration_ms, replayed: now.duration_ms } }),
    ...(compared.likeness === 'different' && {
      difference: { action: recorded.action, recorded: shownOf(recorded), replayed: shownOf(now) },
    }),
  };
}

/** Every message that answers the k-th reply gets the k-th step's observation. */
function withObservations({ messages }: Trajectory, steps: readonly Step[]): Message[] {
  let reply = -1;
  return messages.map((message) => {
    if (message.role === 'assistant') reply++;
    const step = steps[reply];
    return message.role === 'assistant' || step?.observation === undefined
      ? message
      : { ...message, content: step.observation };
  });
}
