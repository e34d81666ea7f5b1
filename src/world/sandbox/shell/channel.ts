// A conversation with a process in a container: text goes to its stdin, what comes back is split at sentinels.
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { readStdout } from './attach-stream.ts';
import { LineTooLongError, SentinelScanner } from './sentinel-scanner.ts';

const READ_AGAIN_MS = 1000;

export class Channel {
  readonly scanner = new SentinelScanner();
  readonly closed: Promise<'lost'>;
  /** Once true, nothing is said or heard any more. */
  lost = false;
  /** Why what came could not be taken in; not when the other end has flooded the channel. */
  error: SandboxError | undefined;
  readonly #stream: Duplex;
  /** Somebody may still write to it, held up. */
  abandoned = false;
  #resolveClosed: (how: 'lost') => void = () => undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const close = () => {
      this.#end();
      this.#resolveClosed('lost');
    };
    stream.once('close', close).once('end', close).on('error', close);
    readStdout(stream, (bytes) => {
      if (this.abandoned) this.#rest();
      else this.#guarded(() => this.scanner.push(bytes));
    });
  }

  write(...parts: (string | Uint8Array)[]): void {
    this.#stream.cork();
    for (const part of parts) if (part.length > 0) this.#stream.write(part);
    this.#stream.uncork();
  }

  /** The line that `sentinel` begins, or `lost`. */
  async ask(question: (sentinel: string) => string): Promise<string | 'lost'> {
    const sentinel = createSentinel();
    const answer = this.scanner.expectLine(sentinel);
    this.write(question(sentinel));
    return Promise.race([answer, this.closed]);
  }

  /** Ends the conversation. A process that reads its stdin ends then. */
  close(): void {
    this.#end();
    this.#stream.destroy();
  }

  /**
   * Leaves the other end open to whoever writes to it still, but reads so slowly that a flood costs nothing. An engine reads and drops
   * at full speed what comes from a connection that is closed.
   */
  abandon(): void {
    this.lost = true;
    this.scanner.forget();
    this.abandoned = true;
    this.#resolveClosed('lost');
  }

  #end(): void {
    this.lost = true;
    this.#guarded(() => this.scanner.flush());
  }

  /** What comes is the untrusted command's: whatever cannot be taken in costs this conversation alone, never the process. */
  #guarded(take: () => void): void {
    try {
      take();
    } catch (error) {
      if (!(error instanceof LineTooLongError))
        this.error ??= new SandboxError(`Cannot take in what a container writes: ${messageOf(error)}`, {
          cause: error,
        });
      this.abandon();
    }
  }

  #rest(): void {
    this.#stream.pause();
    setTimeout(() => this.#stream.resume(), READ_AGAIN_MS).unref();
  }
}

/** Nobody guesses one, and none is used twice. */
export const createSentinel = (): string => randomBytes(16).toString('hex');
