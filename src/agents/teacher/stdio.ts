// A model that is another program: one JSON line in per question, one JSON line out per answer. docs/teachers.md tells the protocol.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LF, splitLines } from '../../core/io/lines.ts';
import { printable } from '../../core/run/printable.ts';
import { AccessError, ModelError } from '../../core/schema/errors.ts';
import { type Message, type Tool, toolCallSchema, usageSchema } from '../../core/schema/message.ts';
import { type Model, noUsage, type Reply } from '../model/model.ts';
import { commandHash, programOf } from './command-name.ts';

const MIB = 1024 * 1024;
/** More than any model writes in one turn. */
const MAX_LINE_BYTES = 16 * MIB;

/** For a program to end after it was asked to. */
const GRACE_MS = 5000;

const replySchema = z.strictObject({
  text: z.string(),
  tool_calls: z.array(toolCallSchema).default([]),
  usage: usageSchema.optional(),
  cost_usd: z.number().nonnegative().optional(),
});

export interface StdioOptions {
  /** Run by the shell in the current directory; its stderr is shown on ours, control characters escaped. */
  command: string;
  name?: string;
  /** Added to the environment: which attempt this is. */
  env?: Record<string, string>;
  /** For one answer; 0 = no limit, which suits a person. @unit milliseconds */
  timeoutMs?: number;
  /** Every answer has to say what it cost: there is a limit to hold it to. */
  mustReportCost?: boolean;
}

/** One program for one attempt: started at the first question, ended by `close`. */
export function createStdioModel(options: StdioOptions): Model {
  const { command, name = 'stdio', env = {}, timeoutMs = 0, mustReportCost = false } = options;
  let child: Child | undefined;
  return {
    name,
    settings: { program: programOf(command), command_hash: commandHash(command) },
    async query(messages, { tools = [], signal } = {}) {
      child ??= startChild(command, env);
      const deadline = timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [];
      const line = await child.ask(JSON.stringify({ messages, tools } satisfies Request), [
        ...deadline,
        ...(signal ? [signal] : []),
      ]);
      signal?.throwIfAborted();
      if (line === 'late')
        throw new ModelError(`\`${programOf(command)}\` gave no answer within ${timeoutMs / 1000} s.`);
      const { costUsd, ...reply } = readReply(line, command);
      if (mustReportCost && costUsd === undefined)
        throw new AccessError(
          `\`${programOf(command)}\` answers without \`cost_usd\`, so --cost-limit cannot be kept. Use --token-limit.`,
        );
      return { ...reply, costUsd: costUsd ?? 0 };
    },
    close: async () => child?.end(),
  };
}

interface Request {
  messages: readonly Message[];
  tools: readonly Tool[];
}

function readReply(line: string, command: string): Omit<Reply, 'costUsd'> & { costUsd: number | undefined } {
  const wrong = (why: string) =>
    new ModelError(
      `\`${programOf(command)}\` must answer with one JSON line {"text": "…"}: ${why}, got ${JSON.stringify(line.slice(0, 120))}.`,
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
  // Decoded, so that a character in two chunks is whole. What it quotes of a model may hold what a terminal obeys.
  child.stderr.setEncoding('utf8').on('data', (text) => process.stderr.write(printable(text, { lines: true })));
  child.stdin.on('error', () => undefined); // the exit says the same, with the status
  const lines = replyLines(child.stdout, command);
  const exited = new Promise<string>((resolve) => {
    child
      .once('exit', (code, signal) => resolve(signal ?? `exit ${code}`))
      .once('error', (error) => resolve(error.message));
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    async ask(line, signals) {
      child.stdin.write(`${line}\n`);
      const late = aborted(AbortSignal.any(signals));
      const answer = await Promise.race([lines.next(), late]);
      if (answer === 'late') return 'late';
      if (!answer.done) return answer.value;
      const reason = await Promise.race([exited, late]);
      if (reason === 'late') return 'late';
      throw new ModelError(`\`${programOf(command)}\` ended (${reason}) without an answer; its stderr is above.`);
    },
    async end() {
      child.stdin.end();
      child.stdout.destroy();
      if (child.pid !== undefined) await endGroup(child.pid, closed);
      await exited;
      // A process that left the group may hold the other end for as long as it likes.
      child.stderr.destroy();
    },
  };
}

/** A line that gets longer than a reply may be is a ModelError at once: it may have no end. */
async function* replyLines(stdout: AsyncIterable<Buffer>, command: string): AsyncGenerator<string> {
  const tooLong = (): never => {
    throw new ModelError(
      `\`${programOf(command)}\` wrote a line of more than ${MAX_LINE_BYTES / MIB} MiB. It must answer with one JSON line {"text": "…"}.`,
    );
  };
  async function* checked(): AsyncGenerator<Buffer> {
    let open = 0;
    for await (const chunk of stdout) {
      const end = chunk.lastIndexOf(LF);
      open = end < 0 ? open + chunk.length : chunk.length - end - 1;
      if (open > MAX_LINE_BYTES) tooLong();
      yield chunk;
    }
  }
  for await (const { bytes = tooLong() } of splitLines(checked(), MAX_LINE_BYTES)) yield bytes.toString();
}

const aborted = (signal: AbortSignal): Promise<'late'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('late');
    signal.addEventListener('abort', () => resolve('late'), { once: true });
  });

/** Asks the group to end. What is left of it is killed when nobody writes to us any more, or after a while. */
async function endGroup(leader: number, closed: Promise<void>): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return;
  await Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
  signalGroup(leader, 'SIGKILL');
}

/** Whether anybody was there to get it. */
function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
