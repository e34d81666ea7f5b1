// SWE-agent's `.traj`: 1.x, and the 0.7 form before it. `trajectory` has what was done, with times; `history` what the model was shown.
// Replies that were asked again (no action in them, or a blocked one) are in the first alone.
import { z } from 'zod';
import { pushAll } from '../../../../core/run/large-arrays.ts';
import type { Message } from '../../../../core/schema/message.ts';
import { endingByLastAct } from '../../../../core/schema/submit.ts';
import type { Ending, Step, Trajectory } from '../../../../core/schema/trajectory.ts';
import { callsInText, isReadable, readCall } from '../chat/calls.ts';
import { chatMessageSchema, readMessage, type Said } from '../chat/message.ts';
import { commandAction, functionAction, malformedAction } from '../chat/text-actions.ts';
import { createTrajectory, type Format, parseAs, type Source } from '../format.ts';
import { millisecondsOf } from '../seconds.ts';
import { parseIfText, readReplayConfig } from './swe-agent-config.ts';

const historySchema = chatMessageSchema.extend({
  thought: z.string().nullish(),
  action: z.string().nullish(),
  is_demo: z.boolean().nullish(),
});

const stepSchema = z.object({
  action: z.string().nullish(),
  observation: z.string().nullish(),
  response: z.string().nullish(),
  thought: z.string().nullish(),
  execution_time: z.number().nullish(),
  state: z.unknown().optional(),
});

const count = z.number().int().nonnegative().nullish();
const attemptSchema = z.object({
  environment: z.string().nullish(),
  trajectory: z.array(stepSchema),
  history: z.array(historySchema).nullish(),
  info: z.object({
    exit_status: z.string().nullish(),
    submission: z.string().nullish(),
    swe_agent_version: z.string().nullish(),
    model_stats: z
      .object({ instance_cost: z.number().nullish(), tokens_sent: count, tokens_received: count, api_calls: count })
      .nullish(),
  }),
  replay_config: z.unknown().optional(),
});
type Attempt = z.infer<typeof attemptSchema>;
type HistoryItem = z.infer<typeof historySchema>;
type RecordedStep = z.infer<typeof stepSchema>;

export const sweAgent: Format = {
  name: 'swe-agent',
  fields: [...Object.keys(attemptSchema.shape), 'attempts'],
  isRow: (row) =>
    isDemonstration(row) || (Array.isArray(row.trajectory) && ('info' in row || 'history' in row || 'attempts' in row)),
  /** A retrying agent's file has all attempts, and the chosen one again at its top. */
  read(row, source) {
    if (isDemonstration(row)) return readAttempt({ info: {}, ...row, trajectory: stepsOfHistory(row) }, source);
    const attempts = Array.isArray(row.attempts) && row.attempts.length > 0 ? row.attempts : undefined;
    if (attempts === undefined) return readAttempt(row, source);
    return attempts.map((attempt, n) => {
      const { trajectory_id, ...read } = readAttempt(attempt, source);
      return { ...read, trajectory_id: `${trajectory_id}.${n}`, attempt: n };
    });
  },
};

/** Some of the demonstrations that it ships have a `history` alone, whose replies say what was run. */
const isDemonstration = ({ history, trajectory }: Record<string, unknown>): boolean =>
  trajectory === undefined &&
  Array.isArray(history) &&
  history.some((item) => typeof item === 'object' && item !== null && 'role' in item && 'action' in item);

function stepsOfHistory(row: Record<string, unknown>): object[] {
  const { history } = parseAs(z.object({ history: z.array(historySchema) }), row);
  return history.flatMap(({ role, is_demo, action, thought, content }) =>
    role === 'assistant' && !is_demo
      ? [{ action, thought, response: typeof content === 'string' ? content : null }]
      : [],
  );
}

function readAttempt(row: unknown, source: Source): Trajectory {
  const { trajectory, history, info, replay_config } = parseAs(attemptSchema, row);
  const config = readReplayConfig(replay_config);
  const { exit_status, submission, model_stats: stats } = info;
  const { said, steps } = readSteps(trajectory, history ?? []);
  const ending = exit_status ? endingOfStatus(exit_status) : endingByLastAct(steps);
  return createTrajectory('swe-agent', source, {
    ...(config.instanceId && { instance_id: config.instanceId }),
    ...(config.model && { model: config.model }),
    agent: { name: 'swe-agent', ...(info.swe_agent_version && { version: info.swe_agent_version }) },
    ...(config.image && { environment: { image: config.image } }),
    messages: said.map(({ message }) => message),
    steps,
    ...(ending && { ending }),
    ...(exit_status && { exit_status }),
    ...(typeof submission === 'string' && { patch: submission }),
    ...(stats && { totals: totalsOf(stats) }),
  });
}

export const endingOfStatus = (status: string): Ending | undefined =>
  ENDINGS.get(/\((\w+)\)/.exec(status)?.[1] ?? status);

/** Submitted on the agent's behalf, as in `submitted (exit_cost)`, means that it came to that other end. */
const ENDINGS = new Map<string, Ending>([
  ['submitted', 'submitted'],
  ['exit_cost', 'cost_limit'],
  ['exit_context', 'token_limit'],
  ['exit_format', 'format_error'],
  ['exit_api', 'model_error'],
  ['exit_environment_error', 'sandbox_error'],
  ['exit_command_timeout', 'time_limit'],
  ['exit_total_execution_time', 'time_limit'],
]);

function totalsOf(stats: NonNullable<Attempt['info']['model_stats']>): Partial<Trajectory['totals']> {
  const { instance_cost, tokens_sent, tokens_received, api_calls } = stats;
  return {
    ...(typeof api_calls === 'number' && { model_calls: api_calls }),
    ...(typeof instance_cost === 'number' && { cost_usd: instance_cost }),
    usage: {
      ...(typeof tokens_sent === 'number' && { input_tokens: tokens_sent }),
      ...(typeof tokens_received === 'number' && { output_tokens: tokens_received }),
    },
  };
}

/** `history` with its index in our messages, and the steps, each with the reply that it is of. */
function readSteps(recorded: readonly RecordedStep[], history: NonNullable<Attempt['history']>) {
  const said: Said[] = [];
  const shown = history.map((item) => {
    const index = said.length;
    pushAll(said, readMessage(withReadableCalls(item)));
    return { item, index };
  });
  let [next, cwd]: [number, string | undefined] = [0, undefined];
  const steps = recorded.map((step): Step => {
    const entry = findReply(shown, next, step);
    const reply = shown[entry];
    const duration_ms = millisecondsOf(step.execution_time);
    if (reply !== undefined) next = entry + 1;
    const read = { ...actionOf(step, reply?.item), ...observationOf(step, reply && said[reply.index + 1]?.message) };
    const known = {
      ...(reply && { message: reply.index }),
      ...(reply && said[reply.index]!.reasoning && { reasoning: said[reply.index]!.reasoning }),
      ...(duration_ms !== undefined && { duration_ms }),
      ...(cwd !== undefined && { cwd }),
    };
    cwd = workingDirAfter(step) ?? cwd;
    return { ...read, ...known };
  });
  return { said, steps };
}

/** Demonstrations hold calls as Python's repr of a list; what was called, `action` says. */
const withReadableCalls = (item: HistoryItem): HistoryItem =>
  typeof item.tool_calls === 'string' && callsInText(item.tool_calls) === undefined
    ? { ...item, tool_calls: null }
    : item;

/** By its text; texts of demonstrations were edited by hand, so that an action that stands there once will do. -1 when there is none. */
function findReply(shown: readonly { item: HistoryItem }[], from: number, { action, response }: RecordedStep): number {
  const replies = shown
    .map(({ item }, at) => ({ item, at }))
    .filter(({ item, at }) => at >= from && item.role === 'assistant' && !item.is_demo);
  const same = replies.find(({ item }) => (item.action ?? action) === action && item.content === response);
  if (same !== undefined) return same.at;
  const alike = action?.trim() ? replies.filter(({ item }) => item.action?.trim() === action.trim()) : [];
  return alike.length === 1 ? alike[0]!.at : -1;
}

/** What ran is the command line; the call that it was made of is in `history`, or in the text of the reply. */
function actionOf(step: RecordedStep, reply: HistoryItem | undefined) {
  const { action, response, thought } = step;
  if (!action?.trim()) return malformedAction(response ?? thought ?? '');
  const native = Array.isArray(reply?.tool_calls) ? reply.tool_calls[0] : undefined;
  const read = native && readCall(native);
  const call = read && isReadable(read) ? read : functionAction(response ?? '')?.tool_call;
  return { ...commandAction(thought ?? '', action), ...(call && { tool_call: call }) };
}

/** The model was shown the observation in a frame, and clipped; `trajectory` has it bare and whole. */
function observationOf(
  { observation }: RecordedStep,
  answer: Message | undefined,
): Pick<Step, 'observation' | 'raw_output'> {
  const bare = typeof observation === 'string' ? observation : undefined;
  if (answer === undefined || answer.role === 'assistant') return bare ? { observation: bare } : {};
  return { observation: answer.content, ...(bare !== undefined && bare !== answer.content && { raw_output: bare }) };
}

/** `state` is told after the step, before 1.0 as JSON in a string. */
function workingDirAfter({ state }: RecordedStep): string | undefined {
  const dir = (parseIfText(state) as { working_dir?: unknown } | null | undefined)?.working_dir;
  return typeof dir === 'string' ? dir : undefined;
}
