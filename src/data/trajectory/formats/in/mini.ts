// mini-swe-agent's trajectories: version 1 (a bare list of messages, later `mini-swe-agent-1`) and version 2 (`mini-swe-agent-1.1`), whose
// messages have an `extra` with what was run and what came of it.
import { z } from 'zod';
import { renderAction } from '../../../../agents/loop/action.ts';
import { pushAll } from '../../../../core/run/large-arrays.ts';
import { clipJson } from '../../../../core/schema/escape-controls.ts';
import { endingByLastAct, holdsSentinel, printsSentinel } from '../../../../core/schema/submit.ts';
import type { Ending, Step } from '../../../../core/schema/trajectory.ts';
import { chatMessageSchema, readMessage, type Said } from '../chat/message.ts';
import { stepsOfChat } from '../chat/steps.ts';
import { malformedAction } from '../chat/text-actions.ts';
import { usageOf } from '../chat/usage.ts';
import { createTrajectory, type Format, FormatError, parseAs } from '../format.ts';
import { ownFieldsSchema } from '../own-fields.ts';
import { isoTimeOf } from '../seconds.ts';
import { chatOfResponses } from './mini-responses.ts';

const responseSchema = z.object({
  choices: z.array(z.object({ message: chatMessageSchema.partial() })).nullish(),
  usage: z.record(z.string(), z.unknown()).nullish(),
});
const extraSchema = z.object({
  raw_output: z.string().nullish(),
  returncode: z.number().int().nullish(),
  exception_type: z.string().nullish(),
  interrupt_type: z.string().nullish(),
  model_response: z.string().nullish().describe('the reply that held no action'),
  cost: z.number().nonnegative().nullish(),
  timestamp: z.number().nullish().describe('seconds'),
  response: z.unknown().optional(),
  exit_status: z.string().nullish(),
  submission: z.string().nullish(),
  exception_str: z.string().nullish(),
});
type Extra = z.infer<typeof extraSchema>;

const messageSchema = z.preprocess(
  chatOfResponses,
  chatMessageSchema.extend({
    role: z.enum([...chatMessageSchema.shape.role.options, 'exit']),
    extra: extraSchema.nullish(),
  }),
);

const rowSchema = z.object({
  instance_id: z.string().nullish(),
  messages: z.array(messageSchema),
  info: z
    .object({
      exit_status: z.string().nullish(),
      submission: z.string().nullish(),
      mini_version: z.string().nullish(),
      model_stats: z.object({ instance_cost: z.number().nullish(), api_calls: z.number().int().nullish() }).nullish(),
      stepwright: ownFieldsSchema.nullish(),
      config: z
        .object({
          agent: z.object({ step_limit: z.number().nullish(), cost_limit: z.number().nullish() }).nullish(),
          model: z
            .object({ model_name: z.string().nullish(), model_kwargs: z.record(z.string(), z.unknown()).nullish() })
            .nullish(),
          environment: z.object({ image: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
type Row = z.infer<typeof rowSchema>;

const [FIRST_FORM, LAST_FORM] = ['mini-swe-agent-1', 'mini-swe-agent-1.1'];

export const mini: Format = {
  name: 'mini-swe-agent',
  fields: [...Object.keys(rowSchema.shape), 'trajectory_format'],
  isRow: ({ trajectory_format: form }) => typeof form === 'string' && form.startsWith('mini-swe-agent'),
  read(row, source) {
    const { trajectory_format: form = LAST_FORM } = row;
    if (form !== FIRST_FORM && form !== LAST_FORM)
      throw new FormatError(`\`trajectory_format\`: is ${clipJson(form)}, up to ${LAST_FORM} is read`);
    const { instance_id, messages, info } = parseAs(rowSchema, row);
    const { said, steps } = readSteps(messages);
    const exit = messages.find(({ role }) => role === 'exit')?.extra;
    const { config, model_stats: stats, mini_version: version, stepwright } = info ?? {};
    const exitStatus = stepwright ? undefined : info?.exit_status || exit?.exit_status;
    const submission = info?.submission || exit?.submission || submittedIn(steps);
    const byLastAct = submission ? 'submitted' : endingByLastAct(steps);
    const ending = exitStatus ? endingOf(exitStatus, info) : stepwright ? undefined : byLastAct;
    const { model_name: name, model_kwargs: settings } = config?.model ?? {};
    return createTrajectory('mini-swe-agent', source, {
      ...(instance_id && { instance_id }),
      ...(name && { model: { name, ...(settings && { settings }) } }),
      agent: { name: 'mini-swe-agent', ...(version && { version }) },
      ...(config?.environment?.image && { environment: { image: config.environment.image } }),
      messages: said.map(({ message }) => message),
      steps,
      ...(ending && { ending }),
      ...(exitStatus && { exit_status: exitStatus }),
      ...(exit?.exception_str && { error: exit.exception_str }),
      ...(submission && { patch: submission }),
      totals: {
        ...(typeof stats?.api_calls === 'number' && { model_calls: stats.api_calls }),
        ...(typeof stats?.instance_cost === 'number' && { cost_usd: stats.instance_cost }),
      },
      ...stepwright,
    });
  },
};

/** A bare list of messages is version 1's when it shows how that is submitted. */
export const isMiniChat = (list: readonly unknown[]): boolean =>
  list.some((message) => {
    const content = (message as { content?: unknown } | null)?.content;
    return typeof content === 'string' && holdsSentinel(content);
  });

/** `LimitsExceeded` is either limit; the configuration tells which. */
function endingOf(status: string, info: Row['info']): Ending | undefined {
  if (status !== 'LimitsExceeded') return ENDINGS.get(status);
  const { step_limit: steps, cost_limit: cost } = info?.config?.agent ?? {};
  const { api_calls: calls, instance_cost: spent } = info?.model_stats ?? {};
  if (steps && calls && calls >= steps) return 'step_limit';
  return cost && spent && spent >= cost ? 'cost_limit' : undefined;
}

const ENDINGS = new Map<string, Ending>([
  ['Submitted', 'submitted'],
  ['TimeExceeded', 'time_limit'],
  ['RepeatedFormatError', 'format_error'],
  ['ContextWindowExceededError', 'token_limit'],
  // The others of LiteLLM's exceptions: the attempt ends with the class name of whatever was raised.
  ...[
    'APIConnectionError',
    'APIError',
    'APIResponseValidationError',
    'AuthenticationError',
    'BadGatewayError',
    'BadRequestError',
    'BudgetExceededError',
    'ContentPolicyViolationError',
    'InternalServerError',
    'InvalidRequestError',
    'NotFoundError',
    'OpenAIError',
    'PermissionDeniedError',
    'RateLimitError',
    'ServiceUnavailableError',
    'Timeout',
    'UnprocessableEntityError',
    'UnsupportedParamsError',
  ].map((name): [string, Ending] => [name, 'model_error']),
]);

/** Version 1 answers the command that submits with the submission alone. */
function submittedIn(steps: readonly Step[]): string | undefined {
  const last = steps.at(-1);
  return last !== undefined && printsSentinel(last.action) ? (last.observation ?? '') : undefined;
}

function readSteps(messages: Row['messages']): { said: Said[]; steps: Step[] } {
  const told: { said: Said; extra: Extra | undefined }[] = [];
  const formatErrors: { index: number; step: Step }[] = [];
  for (const { role, extra, ...chat } of messages) {
    if (role === 'exit') continue;
    const said = readMessage({ ...chat, role });
    const answer = said[0]!.message.content;
    if (extra?.interrupt_type === 'FormatError') {
      const observed = answer === '' ? {} : { observation: answer };
      formatErrors.push({ index: told.length, step: { ...malformedOf(extra), ...observed } });
      if (answer === '') continue;
    }
    pushAll(
      told,
      said.map((one) => ({ said: one, extra: extra ?? undefined })),
    );
  }
  const said = told.map((one) => one.said);
  let [reply, nth] = [-1, 0];
  const steps = stepsOfChat(said).map((step) => {
    [reply, nth] = step.message === reply ? [reply, nth + 1] : [step.message!, 0];
    const known = {
      ...ofReply(nth === 0 ? told[reply]!.extra : undefined),
      ...ofAnswer(step, told[reply + 1 + nth]?.extra),
    };
    return { index: reply, step: { ...step, ...known } };
  });
  const all = [...steps, ...formatErrors].sort((a, b) => a.index - b.index);
  return { said, steps: all.map(({ step }) => step) };
}

/** A reply without an action is no message: only its answer is, which says what the reply was. */
function malformedOf(extra: Extra): Step {
  const message = responseOf(extra)?.choices?.[0]?.message;
  const said = message && readMessage({ ...message, role: 'assistant' })[0]!.message;
  const reply = extra.model_response ?? [said?.content ?? '', ...(said?.tool_calls ?? []).map(renderAction)].join('\n');
  return { ...malformedAction(reply), ...ofReply(extra) };
}

const responseOf = ({ response }: Extra): z.infer<typeof responseSchema> | undefined =>
  responseSchema.safeParse(response).data;

function ofReply(extra: Extra | undefined): Partial<Step> {
  if (extra === undefined) return {};
  const usage = usageOf(responseOf(extra)?.usage);
  const time = isoTimeOf(extra.timestamp);
  return {
    ...(usage && { usage }),
    ...(typeof extra.cost === 'number' && { cost_usd: extra.cost }),
    ...(time !== undefined && { time }),
  };
}

/** Version 1 tells the exit code in the text alone. -1 stands for a command that did not end. */
function ofAnswer({ observation }: Step, extra: Extra | undefined): Partial<Step> {
  const inText = /^<returncode>(-?\d+)<\/returncode>/.exec(observation ?? '')?.[1];
  const code = extra?.returncode ?? (inText === undefined ? undefined : Number(inText));
  const raw = extra?.raw_output;
  return {
    ...(code !== undefined && { exit_code: code === -1 ? null : code }),
    ...(extra?.exception_type === 'TimeoutExpired' && { timed_out: true }),
    ...(typeof raw === 'string' && raw !== observation && { raw_output: raw }),
  };
}
