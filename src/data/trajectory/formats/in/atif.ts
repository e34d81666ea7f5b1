// ATIF, the Agent Trajectory Interchange Format of Harbor, up to version 1.7. What it has no field for stands in its `extra`s.
import { z } from 'zod';
import type { Step, Trajectory } from '../../../../core/schema/trajectory.ts';
import { contentSchema, contentText, type Said } from '../chat/message.ts';
import { definitionsSchema, toolsOf } from '../chat/row.ts';
import { stepsOfChat } from '../chat/steps.ts';
import { usageOf } from '../chat/usage.ts';
import { createTrajectory, type Format, FormatError, parseAs, type Source } from '../format.ts';
import { ownFieldsSchema, UNKNOWN } from '../own-fields.ts';

const LAST_MINOR = 7;

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
  isRow: ({ schema_version }) => typeof schema_version === 'string' && schema_version.startsWith('ATIF-'),
  /** A sub-agent's trajectory is one of its own. */
  read: (row, source) => {
    const root = parseAs(rootSchema, row);
    const minor = Number(/^ATIF-v1\.(\d+)$/.exec(root.schema_version)?.[1] ?? Number.NaN);
    if (!(minor <= LAST_MINOR))
      throw new FormatError(`\`schema_version\`: is ${root.schema_version}, up to ATIF-v1.${LAST_MINOR} is read`);
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
  return createTrajectory('atif', source, {
    ...(trajectory_id && { trajectory_id }),
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

function readSteps(atifSteps: readonly AtifStep[]): { said: Said[]; steps: Step[] } {
  const said: Said[] = [];
  const replies = new Map<number, AtifStep>();
  for (const step of atifSteps) {
    if (step.source === 'agent') replies.set(said.length, step);
    said.push(...sayStep(step));
  }
  let [reply, nth] = [-1, 0];
  const steps = stepsOfChat(said).map((step) => {
    [reply, nth] = step.message === reply ? [reply, nth + 1] : [step.message!, 0];
    const of = replies.get(reply)!;
    return { ...step, ...(nth === 0 && ofReply(of)), ...ofCall(of, nth) };
  });
  return { said, steps };
}

function sayStep({ source, message, reasoning_content, tool_calls, observation, is_copied_context }: AtifStep): Said[] {
  const content = contentText(message);
  const results = (observation?.results ?? []).flatMap(({ source_call_id: id, content }): Said[] => {
    if (content === undefined || content === null) return [];
    const text = contentText(content);
    if (id) return [{ message: { role: 'tool', content: text, tool_call_id: id } }];
    return [{ message: { role: source === 'agent' ? 'user' : source, content: text } }];
  });
  if (source !== 'agent') return [{ message: { role: source, content } }, ...results];
  const calls = (tool_calls ?? []).map(({ tool_call_id: id, function_name: name, arguments: args }) => ({
    id,
    name,
    arguments: args,
  }));
  const reply: Said = {
    message: { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) },
    ...(reasoning_content && { reasoning: reasoning_content }),
    ...(is_copied_context && { isCopy: true }),
  };
  return [reply, ...results];
}

function ofReply({ timestamp, metrics }: AtifStep): Partial<Step> {
  const usage = usageOf(metrics && { ...metrics.extra, ...metrics });
  return {
    ...(usage && { usage }),
    ...(typeof metrics?.cost_usd === 'number' && { cost_usd: metrics.cost_usd }),
    ...(timestamp && { time: timestamp }),
  };
}

function ofCall({ tool_calls, observation }: AtifStep, nth: number): Partial<Step> {
  const call = tool_calls?.[nth];
  const result = observation?.results.find(
    ({ source_call_id }) => (source_call_id ?? undefined) === call?.tool_call_id,
  );
  const action = call?.extra?.action;
  return {
    ...(typeof action === 'string' && { action }),
    ...resultExtraSchema.partial().safeParse(result?.extra ?? {}).data,
  };
}
