// ATIF, the Agent Trajectory Interchange Format of Harbor, up to version 1.8. What it has no field for stands in its `extra`s.
import { z } from 'zod';
import { pushAll } from '../../../../core/run/large-arrays.ts';
import { clipJson } from '../../../../core/schema/escape-controls.ts';
import { endingByLastAct } from '../../../../core/schema/submit.ts';
import type { Step, Trajectory } from '../../../../core/schema/trajectory.ts';
import { type ReplyCall, readCall } from '../chat/calls.ts';
import { contentSchema, contentText, replyOf, type Said } from '../chat/message.ts';
import { definitionsSchema, toolsOf } from '../chat/row.ts';
import { stepsOfChat } from '../chat/steps.ts';
import { usageOf } from '../chat/usage.ts';
import { createTrajectory, type Format, FormatError, parseAs, type Source } from '../format.ts';
import { ownFieldsSchema, UNKNOWN } from '../own-fields.ts';

const LAST_MINOR = 8;

/** Ours, in `extra` of a result: what came of a call. */
const resultExtraSchema = z.object({
  exit_code: z.number().int().nullable(),
  duration_ms: z.number().nonnegative(),
  cwd: z.string(),
  timed_out: z.boolean(),
  truncated: z.boolean(),
  raw_output: z.string(),
});

const metricsSchema = z.looseObject({
  cost_usd: z.number().nonnegative().nullish(),
  extra: z.record(z.string(), z.unknown()).nullish(),
});
const extraSchema = z.record(z.string(), z.unknown()).nullish();
const stepSchema = z.object({
  timestamp: z.string().nullish(),
  source: z.enum(['system', 'user', 'agent']),
  message: contentSchema.nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z
    .array(
      z.object({
        tool_call_id: z.string(),
        function_name: z.string(),
        arguments: z.record(z.string(), z.unknown()),
        extra: extraSchema,
      }),
    )
    .nullish(),
  observation: z
    .object({
      results: z.array(
        z.object({ source_call_id: z.string().nullish(), content: contentSchema.nullish(), extra: extraSchema }),
      ),
    })
    .nullish(),
  metrics: metricsSchema.nullish(),
  is_copied_context: z.boolean().nullish(),
  llm_call_count: z.number().nullish().describe('0: the agent itself acted, without its model'),
  extra: extraSchema,
});
type AtifStep = z.infer<typeof stepSchema>;

const rootSchema = z.object({
  schema_version: z.string(),
  session_id: z.string().nullish(),
  trajectory_id: z.string().nullish(),
  agent: z.object({
    name: z.string(),
    version: z.string().nullish(),
    model_name: z.string().nullish(),
    tool_definitions: definitionsSchema.nullish(),
  }),
  steps: z.array(stepSchema),
  final_metrics: z.looseObject({ total_cost_usd: z.number().nonnegative().nullish() }).nullish(),
  subagent_trajectories: z.array(z.unknown()).nullish(),
  extra: extraSchema,
});
type Root = z.infer<typeof rootSchema>;

export const atif: Format = {
  name: 'atif',
  fields: Object.keys(rootSchema.shape),
  isRow: ({ schema_version }) => typeof schema_version === 'string' && schema_version.startsWith('ATIF-'),
  /** A sub-agent's trajectory is one of its own. */
  read: (row, source) => {
    const root = parseAs(rootSchema, row);
    const minor = Number(/^ATIF-v1\.(\d+)$/.exec(root.schema_version)?.[1] ?? Number.NaN);
    if (!(minor <= LAST_MINOR))
      throw new FormatError(
        `\`schema_version\`: is ${clipJson(root.schema_version)}, up to ATIF-v1.${LAST_MINOR} is read`,
      );
    const subagents = (root.subagent_trajectories ?? []).flatMap((subagent) =>
      atif.read(subagent as Record<string, unknown>, source),
    );
    return [readRoot(root, source), ...subagents];
  },
};

function readRoot(root: Root, source: Source): Trajectory {
  const { trajectory_id, agent, final_metrics, extra } = root;
  const { said, steps } = readSteps(root.steps);
  const known = ownFieldsSchema.safeParse(extra ?? {}).data ?? {};
  const usage = usageOf(final_metrics && unprefixed(final_metrics));
  const ending = endingByLastAct(steps);
  return createTrajectory('atif', source, {
    ...(trajectory_id && { trajectory_id }),
    ...(ending && !isOwn(extra) && { ending }),
    ...known,
    ...(agent.model_name && { model: { name: agent.model_name } }),
    ...(agent.name !== UNKNOWN && {
      agent: { name: agent.name, ...(agent.version && agent.version !== UNKNOWN && { version: agent.version }) },
    }),
    ...(agent.tool_definitions && { tools: toolsOf(agent.tool_definitions) }),
    messages: said.map(({ message }) => message),
    steps,
    totals: {
      ...(usage && { usage }),
      ...(typeof final_metrics?.total_cost_usd === 'number' && { cost_usd: final_metrics.total_cost_usd }),
    },
  });
}

/** `total_prompt_tokens` and the like, under the names that a step's metrics have. */
const unprefixed = (metrics: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name.replace(/^total_/, ''), value]));

/** What this program wrote has an ending of its own, or none. */
const isOwn = (extra: Root['extra']): boolean => extra?.stepwright === true;

function readSteps(atifSteps: readonly AtifStep[]): { said: Said[]; steps: Step[] } {
  const said: Said[] = [];
  const replies = new Map<number, AtifStep>();
  let isOpen = false;
  for (const step of atifSteps) {
    if (step.source === 'agent') {
      isOpen = (step.tool_calls ?? []).length > 0;
      replies.set(said.length, step);
      said.push(replyOfStep(step));
    } else said.push({ message: { role: step.source, content: contentText(step.message) } });
    pushAll(said, resultsOf(step, isOpen));
  }
  let [reply, nth] = [-1, 0];
  const steps = stepsOfChat(said).map((step) => {
    [reply, nth] = step.message === reply ? [reply, nth + 1] : [step.message!, 0];
    return { ...step, ...ofCall(replies.get(reply)!, nth) };
  });
  return { said, steps };
}

function replyOfStep(step: AtifStep): Said {
  const { message, reasoning_content, tool_calls, is_copied_context, llm_call_count } = step;
  const calls = (tool_calls ?? []).map(
    ({ tool_call_id: id, function_name: name, arguments: args, extra }): ReplyCall =>
      typeof extra?.unreadable_arguments === 'string'
        ? { id, name, arguments: extra.unreadable_arguments }
        : readCall({ id, name, arguments: args }),
  );
  const reply = replyOf(contentText(message), calls, {
    ...(reasoning_content && { reasoning: reasoning_content }),
    known: ofReply(step),
  });
  if (is_copied_context || llm_call_count === 0) reply.message.is_context = true;
  return reply;
}

/** A result without `source_call_id` is of all the calls of its step, or of the step before; without calls, the agent is just shown it. */
function resultsOf({ source, observation }: AtifStep, isOpen: boolean): Said[] {
  return (observation?.results ?? []).flatMap(({ source_call_id: id, content, extra }): Said[] => {
    if (content === undefined || content === null) return [];
    const text = contentText(content);
    const known = resultExtraSchema.partial().safeParse(extra ?? {}).data ?? {};
    if (id) return [{ message: { role: 'tool', content: text, tool_call_id: id }, known }];
    const role = isOpen ? 'tool' : source === 'agent' ? 'user' : source;
    return [{ message: { role, content: text }, known }];
  });
}

function ofReply({ timestamp, metrics }: AtifStep): Partial<Step> {
  const usage = usageOf(metrics && { ...metrics.extra, ...metrics });
  return {
    ...(usage && { usage }),
    ...(typeof metrics?.cost_usd === 'number' && { cost_usd: metrics.cost_usd }),
    ...(timestamp && { time: timestamp }),
  };
}

/** What stands at the call itself, and what is known of it where nothing was observed. */
function ofCall({ tool_calls, observation }: AtifStep, nth: number): Partial<Step> {
  const call = tool_calls?.[nth];
  const action = call?.extra?.action;
  const silent = observation?.results.find(
    ({ source_call_id, content }) =>
      (content ?? undefined) === undefined && (source_call_id ?? undefined) === call?.tool_call_id,
  );
  return {
    ...(typeof action === 'string' && { action }),
    ...resultExtraSchema.partial().safeParse(silent?.extra ?? {}).data,
  };
}
