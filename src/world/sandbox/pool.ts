// Sandboxes opened before they are asked for: starting one takes as long as many commands. Whoever knows what comes next says so.
import { isDeepStrictEqual } from 'node:util';
import { pushAll } from '../../core/run/large-arrays.ts';
import type { OpenOptions, Sandbox, SandboxBackend } from './sandbox.ts';

type Wanted = Omit<OpenOptions, 'signal'>;

interface Ahead {
  wanted: Wanted;
  /** Undefined when it could not be opened: who asks for it tries again, and gets the error. */
  box: Promise<Sandbox | undefined>;
}

/** A backend as any other: `open` gives one that is ready when its options were expected, and opens one when not. */
export class SandboxPool implements SandboxBackend, AsyncDisposable {
  readonly name: string;
  readonly #backend: SandboxBackend;
  readonly #size: number;
  readonly #abort = new AbortController();
  readonly #expected: Wanted[] = [];
  #ready: Ahead[] = [];

  /** Keeps at most `size` sandboxes that nobody has asked for yet. */
  constructor(backend: SandboxBackend, { size }: { size: number }) {
    this.name = backend.name;
    this.#backend = backend;
    this.#size = size;
  }

  /** What will be asked for next, in that order. */
  expect(...wanted: readonly Omit<OpenOptions, 'signal'>[]): void {
    pushAll(this.#expected, wanted);
    this.#fill();
  }

  /** Resolves when all that the pool may open now is open. */
  async filled(): Promise<void> {
    await Promise.all(this.#ready.map(({ box }) => box));
  }

  async open(options: OpenOptions): Promise<Sandbox> {
    const { signal, ...wanted } = options;
    signal?.throwIfAborted();
    const box = await this.#take(wanted);
    if (box === undefined) return this.#backend.open(options);
    if (!signal?.aborted) return box;
    await box.dispose();
    throw signal.reason;
  }

  #take(wanted: Wanted): Promise<Sandbox | undefined> | undefined {
    const ready = this.#ready.findIndex((ahead) => isDeepStrictEqual(ahead.wanted, wanted));
    const expected = this.#expected.findIndex((other) => isDeepStrictEqual(other, wanted));
    const [taken] = ready >= 0 ? this.#ready.splice(ready, 1) : [];
    // Asked for before its turn: nobody will ask for it again.
    if (taken === undefined && expected >= 0) this.#expected.splice(expected, 1);
    this.#fill();
    return taken?.box;
  }

  #fill(): void {
    while (this.#ready.length < this.#size && this.#expected.length > 0 && !this.#abort.signal.aborted) {
      const wanted = this.#expected.shift()!;
      const box = this.#backend.open({ ...wanted, signal: this.#abort.signal }).catch(() => undefined);
      this.#ready.push({ wanted, box });
    }
  }

  /** Disposes of what nobody asked for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    const left = this.#ready;
    this.#ready = [];
    await Promise.all(left.map(async ({ box }) => (await box)?.dispose()));
  }
}
