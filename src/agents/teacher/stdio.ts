// A model that is another program: one JSON line in per question, one JSON line out per answer. docs/teachers.md tells the protocol.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ModelError } from '../../core/schema/errors.ts';
import { type Message, type Tool, toolCallSchema, usageSchema } from '../../core/schema/message.ts';
import { type Model, noUsage, type Reply } from '../model/model.ts';

const replySchema = z.strictObject({
  text: z.string(),
  tool_calls: z.array(toolCallSchema).default([]),
  usage: usageSchema.optional(),
  cost_usd: z.number().nonnegative().default(0),
});

export interface StdioOptions {
  /** Run by the shell in the current directory; its stderr goes to ours. */
  command: string;
  name?: string;
  /** Added to the environment: which attempt this is. */
  env?: Record<string, string>;
  /** For one answer; 0 = no limit, which suits a person. @unit milliseconds */
  timeoutMs?: number;
}

/** One program for one attempt: started at the first question, ended by `close`. */
export function createStdioModel({ command, name = 'stdio', env = {}, timeoutMs = 0 }: StdioOptions): Model {
  let child: Child | undefined;
  return {
    name,
    settings: { command },
    async query(messages, { tools = [], signal } = {}) {
      child ??= startChild(command, env);
      const deadline = timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [];
      const line = await child.ask(JSON.stringify({ messages, tools } satisfies Request), [
        ...deadline,
        ...(signal ? [signal] : []),
      ]);
      signal?.throwIfAborted();
      if (line === 'late') throw new ModelError(`\`${command}\` gave no answer within ${timeoutMs / 1000} s.`);
      return readReply(line, command);
    },
    close: async () => child?.end(),
  };
}

interface Request {
  messages: readonly Message[];
  tools: readonly Tool[];
}

function readReply(line: string, command: string): Reply {
  const wrong = (why: string) =>
    new ModelError(
      `\`${command}\` must answer with one JSON line {"text": "…"}: ${why}, got ${JSON.stringify(line.slice(0, 120))}.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong('not JSON');
  }
  const parsed = replySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw wrong(`${issue.path.length > 0 ? `\`${issue.path.join('.')}\`: ` : ''}${issue.message}`);
  }
  const { text, tool_calls, usage, cost_usd } = parsed.data;
  return { text, toolCalls: tool_calls, usage: usage ?? noUsage, costUsd: cost_usd };
}

interface Child {
  /** The next line, or `late` when one of the signals came first. */
  ask(line: string, signals: AbortSignal[]): Promise<string | 'late'>;
  end(): Promise<void>;
}

function startChild(command: string, env: Record<string, string>): Child {
  // Its own process group, so that the shell's children end with it.
  const child = spawn(command, { shell: true, detached: true, env: { ...process.env, ...env }, stdio: 'pipe' });
  child.stderr.pipe(process.stderr, { end: false });
  child.stdin.on('error', () => undefined); // the exit tells the same, with the status
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const exited = once(child, 'close');
  return {
    async ask(line, signals) {
      child.stdin.write(`${line}\n`);
      const late = aborted(AbortSignal.any(signals));
      const answer = await Promise.race([lines.next(), late]);
      if (answer === 'late') return 'late';
      if (!answer.done) return answer.value;
      const [code, signal] = (await exited) as [number | null, string | null];
      throw new ModelError(
        `\`${command}\` ended (${signal ?? `exit ${code}`}) without an answer; its stderr is above.`,
      );
    },
    async end() {
      child.stdin.end();
      child.stdout.destroy();
      killGroup(child);
      await exited;
    },
  };
}

const aborted = (signal: AbortSignal): Promise<'late'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('late');
    signal.addEventListener('abort', () => resolve('late'), { once: true });
  });

function killGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
