// One attempt: the loop of model and sandbox, from the issue to an ending. Messages are only ever appended to. Whatever ends it, the
// trajectory holds what was done until then.

import { pushAll } from '../../core/run/large-arrays.ts';
import { AccessError, ModelError, messageOf, SandboxError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Message, Usage } from '../../core/schema/message.ts';
import { type Attempt, type AttemptStep, type Ending, TRAJECTORY_VERSION } from '../../core/schema/trajectory.ts';
import type { Sandbox } from '../../world/sandbox/sandbox.ts';
import { agentTools, sessionTools } from '../../world/sandbox/tools/tools.ts';
import type { Model } from '../model/model.ts';
import { type AttemptLimits, defaultLimits, endingBy } from './limits.ts';
import { openingMessages, type Prompt, promptHash } from './prompts.ts';
import { ownStyle } from './styles.ts';
import { act, askModel, assistantMessage, attemptContext } from './turn.ts';

export interface AttemptOptions {
  instance: Pick<Instance, 'instance_id' | 'problem_statement' | 'image'>;
  sandbox: Sandbox;
  model: Model;
  prompt: Prompt;
  limits?: Partial<AttemptLimits>;
  attempt?: number;
  environment?: Partial<Attempt['environment']>;
  provenance?: Partial<Attempt['provenance']>;
  /** Told of every step once it is done. Must not throw. */
  onStep?: (step: AttemptStep, index: number) => void;
  signal?: AbortSignal;
}

interface Progress {
  messages: Message[];
  steps: AttemptStep[];
}

/** Runs one attempt in an open sandbox; sandbox and model stay the caller's to close. */
export async function runAttempt(options: AttemptOptions): Promise<Attempt> {
  const limits = { ...defaultLimits, ...options.limits };
  const deadline = limits.timeMs > 0 ? AbortSignal.timeout(limits.timeMs) : undefined;
  const signal = AbortSignal.any([options.signal, deadline].filter((one) => one !== undefined));
  const progress: Progress = { messages: openingMessages(options.prompt, options.instance), steps: [] };
  const started = performance.now();
  let ended: { ending: Ending; error?: string };
  try {
    ended = { ending: await loop(options, limits, progress, signal) };
  } catch (error) {
    ended = endedBy(error, options.signal, deadline);
  }
  const patch = await options.sandbox.diff().catch((error: unknown) => {
    if (ended.ending !== 'sandbox_error') ended = { ending: 'sandbox_error', error: messageOf(error) };
    return '';
  });
  return record(options, limits, progress, { ...ended, patch, durationMs: Math.round(performance.now() - started) });
}

async function loop(
  options: AttemptOptions,
  limits: AttemptLimits,
  { messages, steps }: Progress,
  signal: AbortSignal,
): Promise<Ending> {
  const { sandbox, model, prompt } = options;
  await using session = prompt.shell === 'session' ? await sandbox.openSession() : undefined;
  const context = attemptContext(sandbox, { timeoutMs: limits.commandTimeoutMs, session, signal });
  const style = ownStyle(limits);
  const tools = prompt.toolUse === 'native' ? { tools: toolsOf(prompt).map(({ schema }) => schema) } : {};
  while (true) {
    signal.throwIfAborted();
    const ending = endingBy(limits, spentOn(steps));
    if (ending !== undefined) return ending;
    const time = new Date().toISOString();
    const reply = await askModel(model, messages, { ...tools, signal });
    messages.push(assistantMessage(reply));
    const turn = await act(reply, context, { prompt, style, time });
    steps.push(turn.step);
    pushAll(messages, turn.messages);
    options.onStep?.(turn.step, steps.length - 1);
    if (turn.submitted) return 'submitted';
  }
}

const toolsOf = ({ shell }: Prompt) => (shell === 'session' ? sessionTools : agentTools);

function endedBy(error: unknown, cancelled?: AbortSignal, deadline?: AbortSignal): { ending: Ending; error?: string } {
  if (cancelled?.aborted) return { ending: 'cancelled' };
  if (deadline?.aborted) return { ending: 'time_limit' };
  if (error instanceof ModelError || error instanceof AccessError)
    return { ending: 'model_error', error: messageOf(error) };
  if (error instanceof SandboxError) return { ending: 'sandbox_error', error: messageOf(error) };
  throw error;
}

const sum = (steps: readonly AttemptStep[], value: (step: AttemptStep) => number): number =>
  steps.reduce((total, step) => total + value(step), 0);

const spentOn = (steps: readonly AttemptStep[]) => ({
  steps: steps.length,
  tokens: sum(steps, ({ usage }) =>
    Object.values(usage ?? {}).reduce((total: number, count) => total + (count ?? 0), 0),
  ),
  costUsd: sum(steps, ({ cost_usd }) => cost_usd),
  malformedInRow: steps.length - 1 - steps.findLastIndex(({ malformed }) => !malformed),
});

function record(
  options: AttemptOptions,
  limits: AttemptLimits,
  { messages, steps }: Progress,
  end: { ending: Ending; error?: string; patch: string; durationMs: number },
): Attempt {
  const { instance, model, prompt, attempt = 0 } = options;
  const tokens = (kind: keyof Usage) => sum(steps, ({ usage }) => usage?.[kind] ?? 0);
  return {
    schema_version: TRAJECTORY_VERSION,
    trajectory_id: `${instance.instance_id}/${model.name}/${attempt}`,
    instance_id: instance.instance_id,
    attempt,
    model: { name: model.name, settings: model.settings },
    agent: { name: `stepwright/${prompt.name}`, prompt_hash: promptHash(prompt) },
    environment: { image: instance.image, digest: '', limits: { ...limits }, ...options.environment },
    tools: toolsOf(prompt).map(({ schema }) => schema),
    messages,
    steps,
    ending: end.ending,
    ...(end.error !== undefined && { error: end.error }),
    patch: end.patch,
    totals: {
      steps: steps.length,
      duration_ms: end.durationMs,
      usage: {
        input_tokens: tokens('input_tokens'),
        output_tokens: tokens('output_tokens'),
        cache_read_tokens: tokens('cache_read_tokens'),
        cache_write_tokens: tokens('cache_write_tokens'),
      },
      cost_usd: sum(steps, ({ cost_usd }) => cost_usd),
    },
    provenance: { git_commit: '', config_hash: '', source_format: 'stepwright', ...options.provenance },
  };
}
