// OpenHands' runs: rows of `output.jsonl`, `{instance_id, history, test_result, …}`, or the bare list of events. Events are those of its
// first runtime (`action`, `observation`) or of its SDK (`kind`).
import { z } from 'zod';
import { pushAll } from '../../../../core/run/large-arrays.ts';
import type { KnownUsage, Tool } from '../../../../core/schema/message.ts';
import { isSubmit } from '../../../../core/schema/submit.ts';
import type { Ending, Step } from '../../../../core/schema/trajectory.ts';
import type { ReplyCall } from '../chat/calls.ts';
import { replyOf, type Said } from '../chat/message.ts';
import { definitionsSchema, toolsOf } from '../chat/row.ts';
import { stepsOfChat } from '../chat/steps.ts';
import { usageOf } from '../chat/usage.ts';
import { createTrajectory, type Format, parseAs } from '../format.ts';
import { type Answer, eventSchema, type Happening, happeningsOf } from './openhands-events.ts';

const count = z.number().int().nonnegative().nullish();
const rowSchema = z.object({
  instance_id: z.string().nullish(),
  history: z.array(z.unknown()),
  instruction: z.string().nullish(),
  test_result: z
    .object({ git_patch: z.string().nullish(), report: z.object({ resolved: z.boolean().nullish() }).nullish() })
    .nullish(),
  metadata: z
    .object({ llm_config: z.object({ model: z.string().nullish() }).nullish(), agent_class: z.string().nullish() })
    .nullish(),
  metrics: z
    .object({
      accumulated_cost: z.number().nullish(),
      accumulated_token_usage: z
        .object({ prompt_tokens: count, completion_tokens: count, cache_read_tokens: count, cache_write_tokens: count })
        .nullish(),
    })
    .nullish(),
  error: z.string().nullish(),
});
type Row = z.infer<typeof rowSchema>;

export const openhands: Format = {
  name: 'openhands',
  fields: Object.keys(rowSchema.shape),
  isRow: ({ history }) => Array.isArray(history) && isEvent(Array.isArray(history[0]) ? history[0][0] : history[0]),
  read(row, source) {
    const { history, instruction, error, ...run } = parseAs(rowSchema, row);
    const happenings = history.flat().flatMap((event) => happeningsOf(parseAs(eventSchema, event)));
    const said = sayAll(happenings, instruction);
    const steps = stepsOfChat(said);
    const ending = endingOf(steps, error);
    const tools = definedTools(happenings);
    const model = run.metadata?.llm_config?.model;
    const { git_patch: patch, report } = run.test_result ?? {};
    return createTrajectory('openhands', source, {
      ...(run.instance_id && { instance_id: run.instance_id }),
      ...(model && { model: { name: model } }),
      agent: { name: run.metadata?.agent_class ?? 'openhands' },
      ...(tools && { tools }),
      messages: said.map(({ message }) => message),
      steps,
      ...(ending && { ending }),
      ...(error && { error }),
      ...(typeof patch === 'string' && { patch }),
      ...(typeof report?.resolved === 'boolean' && { resolved: report.resolved }),
      totals: totalsOf(run.metrics),
    });
  },
};

export const isEvent = (event: unknown): boolean =>
  typeof event === 'object' &&
  event !== null &&
  ('action' in event || 'observation' in event || /Event$/.test(kindOf(event)));

function kindOf({ kind }: { kind?: unknown }): string {
  return typeof kind === 'string' ? kind : '';
}

/** A reply is said once, whatever number of calls it makes; each call is answered where it stands. */
function sayAll(happenings: readonly Happening[], instruction: string | null | undefined): Said[] {
  const answers = new Map<string, Answer>();
  for (const happening of happenings)
    if (happening.type === 'answers') for (const key of happening.to) answers.set(key, happening);
  const said: (Said | PendingReply)[] = [];
  const replies = new Map<string, PendingReply>();
  for (const happening of happenings) {
    if (happening.type === 'says') said.push({ message: { role: happening.role, content: happening.text } });
    if (happening.type !== 'calls') continue;
    const { text, calls, reasoning, reply, key, call } = happening;
    const before = replies.get(reply);
    if (before === undefined) {
      const pending: PendingReply = { text, made: [...calls], more: { ...(reasoning && { reasoning }) } };
      said.push(pending);
      replies.set(reply, pending);
    } else
      pushAll(
        before.made,
        calls.filter(({ id }) => !before.made.some((one) => one.id === id)),
      );
    const answer = answers.get(call) ?? answers.get(key);
    if (answer !== undefined)
      said.push({ message: { role: 'tool', content: answer.text, tool_call_id: call }, known: knownOf(answer) });
  }
  const all = said.map((one) => ('made' in one ? replyOf(one.text, one.made, one.more) : one));
  const isAsked = !instruction || all.some(({ message }) => message.role === 'user');
  return isAsked ? all : [{ message: { role: 'user', content: instruction } } satisfies Said, ...all];
}

/** Each of its calls is an event of its own. */
interface PendingReply {
  text: string;
  made: ReplyCall[];
  more: Partial<Said>;
}

const knownOf = ({ exitCode }: Answer): Partial<Step> => (exitCode === undefined ? {} : { exit_code: exitCode });

function endingOf(steps: readonly Step[], error: string | null | undefined): Ending | undefined {
  if (steps.length > 0 && isSubmit(steps.at(-1)!)) return 'submitted';
  if (/max(imum)?[ _]iteration/i.test(error ?? '')) return 'step_limit';
  return /budget/i.test(error ?? '') ? 'cost_limit' : undefined;
}

function definedTools(happenings: readonly Happening[]): Tool[] | undefined {
  const told = happenings.find((one) => one.type === 'says' && one.tools !== undefined);
  const definitions = definitionsSchema.safeParse(told?.type === 'says' ? told.tools : undefined);
  return definitions.success ? toolsOf(definitions.data) : undefined;
}

function totalsOf(metrics: Row['metrics']): { cost_usd?: number; usage?: KnownUsage } {
  const { accumulated_cost: cost, accumulated_token_usage: tokens } = metrics ?? {};
  const usage = usageOf(
    tokens && {
      ...tokens,
      cached_tokens: tokens.cache_read_tokens,
      cache_creation_input_tokens: tokens.cache_write_tokens,
    },
  );
  return { ...(typeof cost === 'number' && { cost_usd: cost }), ...(usage && { usage }) };
}
