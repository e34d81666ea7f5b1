// A shell that keeps its directory, variables and functions from command to command: bash (sh where there is none), interactive, since
// that is what goes on after a syntax error or an interrupt, and without a terminal, so that output comes byte for byte.
//
// The payload owns this shell: it can break or end it, and harms only itself. What is said to the shell never holds a mark in one
// piece, so that neither `set -x` nor `set -v` prints one.
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStdout } from './attach-stream.ts';
import { CappedOutput } from './capped-output.ts';
import { MarkScanner } from './mark-scanner.ts';
import { type RunLimits, type RunResult, STOPPED_CODE } from './run-limits.ts';
import { quote } from './snippets.ts';
import { stopAfter } from './stop-after.ts';

/** What the engine is asked to run. Both streams are one pipe from the start. */
export const SESSION_COMMAND = [
  '/bin/sh',
  '-c',
  'exec 2>&1; bash=$(command -v bash) && exec "$bash" --norc --noprofile --noediting -i; exec "$(command -v sh)" -i',
];

/** Descriptor 9 is where marks go, wherever the payload's `exec >file` sends the rest. */
const INIT = `PS1= PS2= ENV=; exec 9>&1; [ -z "$BASH_VERSION" ] || set +H +o history\n`;

/** An interactive bash says so whenever a child dies of a signal. */
const NO_TERMINAL = /^bash: \[\d+: \d+ \(\d+\)\] tcsetattr: Inappropriate ioctl for device\n/gm;

const INTERRUPT_WITHIN_MS = 1000;
const TICKS_PER_SECOND = 100;

export interface SessionCommand {
  /** The session's shell. */
  pid: number;
  /** When the command began. @unit 1/100 s since boot */
  tick: number;
}

/** Both resolve when it is done. */
export interface Signals {
  /** SIGINT to the shell and its process group, as Ctrl-C sends it. */
  interrupt(command: SessionCommand): Promise<void>;
  /** SIGKILL to what the command started until nothing of it is left. */
  kill(command: SessionCommand, options: { shellToo: boolean }): Promise<void>;
}

export class SessionShell {
  readonly #stream: Duplex;
  readonly #signals: Signals;
  readonly #scanner = new MarkScanner();
  readonly #closed: Promise<'lost'>;
  /** Once true, this shell runs nothing more. */
  lost = false;

  constructor(stream: Duplex, signals: Signals) {
    this.#stream = stream;
    this.#signals = signals;
    this.#closed = new Promise((resolve) => {
      const close = () => {
        this.lost = true;
        resolve('lost');
      };
      stream.once('close', close).once('end', close).on('error', close);
    });
    readStdout(stream, (bytes) => this.#scanner.push(bytes));
    stream.write(INIT);
  }

  /** Never rejects. Commands must not overlap: the owner queues them. */
  async run(script: string, limits: RunLimits): Promise<RunResult> {
    const started = performance.now();
    const [start, end] = [createMark(), createMark()];
    const output = new CappedOutput(limits.maxOutputBytes);
    const collect = (bytes: Buffer) => output.push(bytes);
    let began: SessionCommand | undefined;
    void this.#scanner.expectLine(start.mark).then((line) => {
      began = parseStart(line);
    });
    const code = this.#scanner.expectLine(end.mark, collect).then(Number);
    this.#stream.write(`${sayStart(start)}{ eval ${quote(script)}\n} </dev/null 9>&-\n${sayCode(end)}`);
    const stop = stopAfter(limits);
    const ended = await Promise.race([code.then(() => 'exit' as const), this.#closed, stop.stopped]);
    stop.clear();
    if (ended === 'timeout' || ended === 'abort') await this.#stop(began, collect);
    else this.#scanner.flush();
    return {
      ended,
      exitCode: ended === 'exit' ? await code : STOPPED_CODE[ended],
      output: clean(output.toBuffer(), end.mark),
      cutBytes: output.cutBytes,
      durationMs: performance.now() - started,
    };
  }

  /** By an interrupt, which leaves nothing of the script to run. Whatever withstands it dies, and the shell with it. */
  async #stop(command: SessionCommand | undefined, collect: (bytes: Buffer) => void): Promise<void> {
    if (command === undefined) return this.close();
    this.#scanner.forget();
    const back = createMark();
    const answer = this.#scanner.expectLine(back.mark, collect).then(() => true);
    await this.#signals.interrupt(command);
    // Said after the interrupt: a dash that is interrupted forgets what it has read.
    this.#stream.write(sayCode(back));
    const late = sleep(INTERRUPT_WITHIN_MS, false, { ref: false });
    const isBack = await Promise.race([answer, this.#closed.then(() => false), late]);
    await this.#signals.kill(command, { shellToo: !isBack });
    if (!isBack) this.close();
  }

  close(): void {
    this.lost = true;
    this.#scanner.flush();
    this.#stream.destroy();
  }
}

interface Mark {
  mark: string;
  /** Two shell words that, put together, are the mark. */
  words: string;
}

function createMark(): Mark {
  const mark = randomBytes(16).toString('hex');
  return { mark, words: `${mark.slice(0, 16)} ${mark.slice(16)}` };
}

/** `<mark> <pid of the shell> <seconds since boot> …` */
const sayStart = ({ words }: Mark): string =>
  `{ command read -r STEPWRIGHT_UPTIME </proc/uptime; command printf '%s%s %s %s\\n' ${words} $$ "$STEPWRIGHT_UPTIME"; unset STEPWRIGHT_UPTIME; } 2>/dev/null >&9\n`;

const sayCode = ({ words }: Mark): string => `{ command printf '%s%s %d\\n' ${words} "$?"; } 2>/dev/null >&9\n`;

function parseStart(line: string): SessionCommand {
  const [pid, uptime] = line.split(' ').map(Number);
  return { pid: pid!, tick: Math.floor(uptime! * TICKS_PER_SECOND) };
}

function clean(bytes: Buffer, mark: string): Buffer {
  const at = bytes.lastIndexOf(mark);
  const output = at < 0 ? bytes : bytes.subarray(0, at);
  return Buffer.from(output.toString('latin1').replaceAll(NO_TERMINAL, ''), 'latin1');
}
