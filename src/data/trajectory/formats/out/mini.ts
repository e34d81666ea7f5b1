// mini-swe-agent's trajectory, version 2 (`mini-swe-agent-1.1`). What it has no field for stands in `info.stepwright`.
import type { KnownUsage, Message } from '../../../../core/schema/message.ts';
import type { Ending, Step, Trajectory } from '../../../../core/schema/trajectory.ts';
import { ownFields } from '../own-fields.ts';
import { type CallWithId, openaiCall, withId } from './calls.ts';
import { type Turn, turnsOf } from './turns.ts';

export function toMini(trajectory: Trajectory) {
  const { instance_id, model, environment, totals, ending, patch = '' } = trajectory;
  const { opening, turns } = turnsOf(trajectory);
  const exit_status = trajectory.exit_status ?? (ending && EXIT_STATUS[ending]) ?? '';
  return {
    ...(instance_id !== undefined && { instance_id }),
    info: {
      model_stats: {
        ...(totals.cost_usd !== undefined && { instance_cost: totals.cost_usd }),
        ...(totals.model_calls !== undefined && { api_calls: totals.model_calls }),
      },
      config: {
        ...(model && { model: { model_name: model.name, ...(model.settings && { model_kwargs: model.settings }) } }),
        ...(environment?.image && { environment: { image: environment.image } }),
      },
      exit_status,
      submission: patch,
      stepwright: ownFields(trajectory, ['trajectory_id', 'attempt', 'ending', 'exit_status', 'error', 'resolved']),
    },
    messages: [
      ...opening.map(plain),
      ...turns.flatMap(messagesOf),
      { role: 'exit', content: patch, extra: { exit_status, submission: patch } },
    ],
    trajectory_format: 'mini-swe-agent-1.1',
  };
}

/** Its limits of steps and cost have one name. */
const EXIT_STATUS: Record<Ending, string> = {
  submitted: 'Submitted',
  step_limit: 'LimitsExceeded',
  cost_limit: 'LimitsExceeded',
  token_limit: 'ContextWindowExceededError',
  time_limit: 'TimeExceeded',
  patch_too_large: 'patch_too_large',
  format_error: 'RepeatedFormatError',
  sandbox_error: 'sandbox_error',
  model_error: 'model_error',
  cancelled: 'cancelled',
};

/** A malformed reply is no message there: its answer tells what it was. */
function messagesOf({ steps, first, after }: Turn): object[] {
  const calls = steps.map(({ tool_call, unreadable_call }, n) => withId(tool_call ?? unreadable_call, first + n));
  const made = calls.filter((call) => call !== undefined);
  if (made.length === 0) return [...steps.map(formatError), ...after.map(plain)];
  const { thought, reasoning } = steps[0]!;
  const reply = {
    role: 'assistant',
    content: thought,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    tool_calls: made.map(openaiCall),
    extra: { actions: made.flatMap(bashCommand), ...spentOn(steps[0]!) },
  };
  const answers = steps.flatMap((step, n) => (step.observation === undefined ? [] : [answer(step, calls[n]!.id)]));
  return [reply, ...answers, ...after.map(plain)];
}

/** It knows one tool. */
function bashCommand({ id, name, arguments: args }: CallWithId): object[] {
  const command = typeof args === 'string' ? undefined : args.command;
  return name === 'bash' && typeof command === 'string' ? [{ command, tool_call_id: id }] : [];
}

const answer = ({ observation, raw_output, exit_code, timed_out }: Step, id: string): object => ({
  role: 'tool',
  tool_call_id: id,
  content: observation,
  extra: {
    raw_output: raw_output ?? observation,
    ...(exit_code !== undefined && { returncode: exit_code ?? -1 }),
    ...(timed_out && { exception_type: 'TimeoutExpired' }),
  },
});

const formatError = (step: Step): object => ({
  role: 'user',
  content: step.observation ?? '',
  extra: { interrupt_type: 'FormatError', model_response: step.action, ...spentOn(step) },
});

const spentOn = ({ cost_usd, time, usage }: Step): object => ({
  ...(cost_usd !== undefined && { cost: cost_usd }),
  ...(time !== undefined && { timestamp: Date.parse(time) / 1000 }),
  ...(usage !== undefined && { response: { usage: anthropicUsage(usage) } }),
});

const anthropicUsage = ({
  input_tokens,
  output_tokens,
  cache_read_tokens,
  cache_write_tokens,
}: KnownUsage): object => ({
  input_tokens,
  output_tokens,
  cache_read_input_tokens: cache_read_tokens,
  cache_creation_input_tokens: cache_write_tokens,
});

const plain = ({ role, content }: Message) => ({ role: role === 'tool' ? 'user' : role, content });
