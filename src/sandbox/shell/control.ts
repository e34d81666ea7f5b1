// The control shell: the container's main process, with its stdin and stdout attached. One command at a time is told to it in
// snippets; what comes back is split at marks. It knows nothing of containers: losing the shell is a result, and the owner's to mend.
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStdout } from './attach-stream.ts';
import { CappedOutput } from './capped-output.ts';
import { MarkScanner } from './mark-scanner.ts';
import { type RunLimits, type RunResult, STOPPED_CODE } from './run-limits.ts';
import { type Command, checkSnippet, initSnippet, killSnippet, runSnippet, stopPumpSnippet } from './snippets.ts';
import { stopAfter } from './stop-after.ts';

const KILL_WITHIN_MS = 5000;
const CHECK_EVERY_MS = 1000;

export class Control {
  readonly #stream: Duplex;
  readonly #scanner = new MarkScanner();
  readonly #closed: Promise<'lost'>;
  /** Once true, this shell runs nothing more: its owner ends the container and starts another. */
  lost = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#closed = new Promise((resolve) => {
      const close = () => {
        this.lost = true;
        resolve('lost');
      };
      stream.once('close', close).once('end', close).on('error', close);
    });
    readStdout(stream, (bytes) => this.#scanner.push(bytes));
    stream.write(initSnippet);
  }

  /** Never rejects. Commands must not overlap: the owner queues them. */
  async run(command: Command, limits: RunLimits): Promise<RunResult> {
    const started = performance.now();
    const start = nonce();
    const end = nonce();
    const output = new CappedOutput(limits.maxOutputBytes);
    const collect = (bytes: Buffer) => output.push(bytes);
    void this.#scanner.expect(start);
    const code = this.#scanner.expectLine(end, collect).then(Number);
    this.#stream.write(runSnippet(command, start, end));
    const stop = stopAfter(limits);
    const check = setInterval(() => this.#stream.write(checkSnippet(end)), CHECK_EVERY_MS);
    const exit = code.then((number) => (number < 0 ? 'lost' : 'exit'));
    const ended = await Promise.race([exit, this.#closed, stop.stopped]);
    stop.clear();
    clearInterval(check);
    if (ended === 'exit') this.#stream.write(stopPumpSnippet);
    else if (ended === 'lost' || !(await this.#killAll(collect))) this.close();
    return {
      ended,
      exitCode: ended === 'exit' ? await code : STOPPED_CODE[ended],
      // When the time was up just as the command ended, its end mark is among the output.
      output: ended === 'exit' ? output.toBuffer() : before(output.toBuffer(), end),
      cutBytes: output.cutBytes,
      durationMs: performance.now() - started,
    };
  }

  /** Ends every process but init and the shell; false when that did not come true in time. */
  async #killAll(collect: (bytes: Buffer) => void): Promise<boolean> {
    const done = nonce();
    this.#scanner.forget();
    const killed = this.#scanner.expectLine(done, collect).then(() => true);
    this.#stream.write(killSnippet(done));
    const late = sleep(KILL_WITHIN_MS, false, { ref: false });
    return Promise.race([killed, this.#closed.then(() => false), late]);
  }

  /** Ends the shell, and with it the container. */
  close(): void {
    this.lost = true;
    this.#scanner.flush();
    this.#stream.destroy();
  }
}

const nonce = (): string => randomBytes(16).toString('hex');

function before(bytes: Buffer, mark: string): Buffer {
  const at = bytes.lastIndexOf(mark);
  return at < 0 ? bytes : bytes.subarray(0, at);
}
