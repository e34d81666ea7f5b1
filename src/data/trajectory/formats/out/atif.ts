// ATIF 1.7, which more programs read than 1.8. What it has no field for stands in `extra`, under our names.

import { renderAction } from '../../../../agents/loop/action.ts';
import type { Message } from '../../../../core/schema/message.ts';
import type { Step, Trajectory } from '../../../../core/schema/trajectory.ts';
import { ownFields, UNKNOWN } from '../own-fields.ts';
import { type CallWithId, openaiTool, withId } from './calls.ts';
import { type Turn, turnsOf } from './turns.ts';

export function toAtif(trajectory: Trajectory) {
  const { trajectory_id, agent, model, tools, totals } = trajectory;
  const { opening, turns } = turnsOf(trajectory);
  const steps = [...opening.map(stepOfMessage), ...turns.flatMap(stepsOfTurn)];
  return {
    schema_version: 'ATIF-v1.7',
    trajectory_id,
    agent: {
      name: agent?.name ?? UNKNOWN,
      version: agent?.version ?? UNKNOWN,
      ...(model && { model_name: model.name }),
      ...(tools && { tool_definitions: tools.map(openaiTool) }),
    },
    steps: steps.map((step, index) => ({ step_id: index + 1, ...step })),
    final_metrics: {
      ...metricsOf(totals.usage, 'total_'),
      ...(totals.cost_usd !== undefined && { total_cost_usd: totals.cost_usd }),
      total_steps: steps.length,
    },
    extra: {
      stepwright: true,
      ...ownFields(trajectory, ['instance_id', 'attempt', 'ending', 'exit_status', 'error', 'patch', 'resolved']),
    },
  };
}

/** A reply that is shown, not made (a demonstration), is context. */
const stepOfMessage = ({ role, content }: Message): object => {
  if (role === 'assistant') return { source: 'agent', message: content, is_copied_context: true };
  return { source: role === 'system' ? 'system' : 'user', message: content };
};

function stepsOfTurn({ steps, first, after }: Turn): object[] {
  const { time, reasoning, usage, cost_usd, thought, action } = steps[0]!;
  const calls = steps.map(({ tool_call, unreadable_call }, n) => withId(tool_call ?? unreadable_call, first + n));
  const made = calls.flatMap((call, n) => (call ? [callOf(call, steps[n]!)] : []));
  const results = steps.flatMap((step, n) => resultOf(step, calls[n]?.id));
  const metrics = { ...metricsOf(usage), ...(cost_usd !== undefined && { cost_usd }) };
  const step = {
    ...(time !== undefined && { timestamp: time }),
    source: 'agent',
    message: made.length === 0 ? action : thought,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(made.length > 0 && { tool_calls: made }),
    ...(results.length > 0 && { observation: { results } }),
    ...(Object.keys(metrics).length > 0 && { metrics }),
  };
  return [step, ...after.map(stepOfMessage)];
}

/** With the text of an action, where it is not the canonical one. Arguments are an object there: those that are none stand in `extra`. */
function callOf(call: CallWithId, { action }: Step): object {
  const { id: tool_call_id, name: function_name, arguments: args } = call;
  if (typeof args === 'string')
    return { tool_call_id, function_name, arguments: {}, extra: { unreadable_arguments: args } };
  const isCanonical = action === renderAction({ name: function_name, arguments: args });
  return { tool_call_id, function_name, arguments: args, ...(!isCanonical && { extra: { action } }) };
}

function resultOf(
  { observation, exit_code, duration_ms, cwd, timed_out, truncated, raw_output }: Step,
  id: string | undefined,
): object[] {
  const extra = Object.entries({ exit_code, duration_ms, cwd, timed_out, truncated, raw_output }).filter(
    ([, value]) => value !== undefined,
  );
  if (observation === undefined && extra.length === 0) return [];
  return [
    {
      ...(id !== undefined && { source_call_id: id }),
      ...(observation !== undefined && { content: observation }),
      ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
    },
  ];
}

/** Its prompt counts cached tokens too. */
function metricsOf(usage: Step['usage'], prefix = ''): object {
  const {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: cached,
    cache_write_tokens: written,
  } = usage ?? {};
  return {
    ...(input !== undefined && { [`${prefix}prompt_tokens`]: input + (cached ?? 0) + (written ?? 0) }),
    ...(output !== undefined && { [`${prefix}completion_tokens`]: output }),
    ...(cached !== undefined && { [`${prefix}cached_tokens`]: cached }),
    ...(written !== undefined && { extra: { cache_creation_input_tokens: written } }),
  };
}
