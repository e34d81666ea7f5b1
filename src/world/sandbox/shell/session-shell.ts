// A shell that keeps its directory, variables and functions from command to command: bash (sh where there is none), interactive, since
// that is what goes on after a syntax error or an interrupt, and without a terminal, so that output comes byte for byte.
//
// The untrusted command owns this shell: it can break or end it, and harms only itself. What is said to the shell never holds a sentinel in
// one piece, so that neither `set -x` nor `set -v` prints one.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, createSentinel } from './channel.ts';
import { quote } from './command-text.ts';
import { Output } from './output.ts';
import { type RunLimits, type RunResult, STOPPED_CODE } from './run-limits.ts';
import { stopAfter } from './stop-after.ts';
import type { Running, SupervisorShell } from './supervisor-shell.ts';

/** What the engine is asked to run. Both streams are one pipe from the start. */
export const SESSION_COMMAND = [
  '/bin/sh',
  '-c',
  'exec 2>&1; bash=$(command -v bash) && exec "$bash" --norc --noprofile --noediting -i; exec "$(command -v sh)" -i',
];

/** Descriptor 9 is where sentinels go, wherever the untrusted command's `exec >file` sends the rest. */
const INIT = `PS1= PS2= ENV=; exec 9>&1; [ -z "$BASH_VERSION" ] || set +H +o history\n`;

/** An interactive bash says so whenever a child dies of a signal. */
const NO_TERMINAL = /^bash: \[\d+: \d+ \(\d+\)\] tcsetattr: Inappropriate ioctl for device\n/gm;

const INTERRUPT_WITHIN_MS = 1000;
const TICKS_PER_SECOND = 100;

/** Who can signal the shell's processes from beside it. */
export type Signals = Pick<SupervisorShell, 'interrupt' | 'kill' | 'stop'>;

export class SessionShell {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.write(INIT);
  }

  /** Resolves when the shell has started, or never will. */
  async started(): Promise<void> {
    await this.#channel.ask(sayCode);
  }

  /** Once true, this shell runs nothing more. */
  get lost(): boolean {
    return this.#channel.lost;
  }

  /** Never rejects. Commands must not overlap: the owner queues them. */
  async run(script: string, limits: RunLimits, signals: () => Promise<Signals>): Promise<RunResult> {
    const started = performance.now();
    const [start, end] = [createSentinel(), createSentinel()];
    const output = new Output(limits);
    const collect = (bytes: Buffer) => output.push(bytes);
    const { scanner, closed } = this.#channel;
    let began: Running | undefined;
    void scanner.expectLine(start).then((line) => {
      began = parseStart(line);
    });
    const code = scanner.expectLine(end, collect).then(Number);
    this.#channel.write(`${sayStart(start)}{ eval ${quote(script)}\n} </dev/null 9>&-\n${sayCode(end)}`);
    const time = stopAfter(limits);
    const ended = await Promise.race([code.then(() => 'exit' as const), closed, time.stopped]);
    time.clear();
    if (ended === 'timeout' || ended === 'abort') await this.#stop(began, collect, await signals());
    else if (this.#channel.abandoned && began !== undefined) await (await signals()).stop(began);
    output.close();
    return {
      ended,
      exitCode: ended === 'exit' ? await code : STOPPED_CODE[ended],
      output: clean(output.toBuffer(), end),
      cutBytes: output.cutBytes,
      durationMs: performance.now() - started,
      error: output.error ?? this.#channel.error,
    };
  }

  /** By an interrupt, which leaves nothing of the script to run. Whatever withstands it dies, and the shell with it. */
  async #stop(running: Running | undefined, collect: (bytes: Buffer) => void, signals: Signals): Promise<void> {
    if (running === undefined) return this.close();
    const { scanner, closed } = this.#channel;
    scanner.forget();
    const back = createSentinel();
    const answer = scanner.expectLine(back, collect).then(() => true);
    await signals.interrupt(running.pid);
    // Said after the interrupt: a dash that is interrupted forgets what it has read.
    this.#channel.write(sayCode(back));
    const late = sleep(INTERRUPT_WITHIN_MS, false, { ref: false });
    const isBack = await Promise.race([answer, closed.then(() => false), late]);
    if (!isBack) await signals.kill(running.pid);
    await signals.stop(running);
    if (!isBack) this.close();
  }

  close(): void {
    this.#channel.close();
  }
}

/** Two shell words that, put together, are the sentinel. */
const words = (sentinel: string): string => `${sentinel.slice(0, 16)} ${sentinel.slice(16)}`;

/** `<sentinel> <pid of the shell> <seconds since boot> …` */
const sayStart = (sentinel: string): string =>
  `{ command read -r STEPWRIGHT_UPTIME </proc/uptime; command printf '%s%s %s %s\\n' ${words(sentinel)} $$ "$STEPWRIGHT_UPTIME"; unset STEPWRIGHT_UPTIME; } 2>/dev/null >&9\n`;

const sayCode = (sentinel: string): string =>
  `{ command printf '%s%s %d\\n' ${words(sentinel)} "$?"; } 2>/dev/null >&9\n`;

function parseStart(line: string): Running {
  const [pid, uptime] = line.split(' ').map(Number);
  return { pid: pid!, tick: Math.floor(uptime! * TICKS_PER_SECOND) };
}

function clean(bytes: Buffer, sentinel: string): Buffer {
  const at = bytes.lastIndexOf(sentinel);
  const output = at < 0 ? bytes : bytes.subarray(0, at);
  return Buffer.from(output.toString('latin1').replaceAll(NO_TERMINAL, ''), 'latin1');
}
