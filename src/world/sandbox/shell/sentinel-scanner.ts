// Splits a stream of bytes at sentinels that are expected in a known order. Bytes before a sentinel go to its sink; bytes that nobody
// expects are dropped. A sentinel may arrive split over chunks.

/** A line that a sentinel begins holds a few numbers: a longer one is somebody's who has learned the sentinel. @unit bytes */
const MAX_LINE = 256;

/** Whoever feeds the scanner gives the stream up. */
export class LineTooLongError extends Error {}

interface Expected {
  sentinel: Buffer;
  sink: (bytes: Buffer) => void;
  found: () => void;
}

export class SentinelScanner {
  #queue: Expected[] = [];
  /** What could be the beginning of a sentinel. */
  #held: Buffer = Buffer.alloc(0);
  /** What was held and what came, in one piece, and again and again in the same place. */
  #joined: Buffer = Buffer.alloc(0);

  /** Resolves when `sentinel` has passed, after all sentinels expected earlier. */
  expect(sentinel: string, sink: (bytes: Buffer) => void = () => undefined): Promise<void> {
    return new Promise((found) => this.#queue.push({ sentinel: Buffer.from(sentinel), sink, found }));
  }

  /**
   * The rest of the line that `sentinel` and a space begin. What stands before it goes to `sink`. A line of more than 256 bytes is never
   * found: `push` throws a `LineTooLongError`.
   */
  async expectLine(sentinel: string, sink: (bytes: Buffer) => void = () => undefined): Promise<string> {
    let line = '';
    void this.expect(`${sentinel} `, sink);
    await this.expect('\n', (bytes) => {
      if (line.length + bytes.length > MAX_LINE) throw new LineTooLongError();
      line += bytes.toString('latin1');
    });
    return line;
  }

  /** Stops waiting for whatever was expected; those promises stay pending. */
  forget(): void {
    this.#queue = [];
  }

  /** Nothing more will come: what could have been the beginning of a sentinel was not. */
  flush(): void {
    this.#queue[0]?.sink(this.#held);
    this.#held = Buffer.alloc(0);
  }

  /** The chunk's memory is not kept. Nor may sinks keep theirs: they copy. */
  push(chunk: Buffer): void {
    let bytes = this.#join(chunk);
    this.#held = Buffer.alloc(0);
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const at = bytes.indexOf(next.sentinel);
      if (at < 0) {
        const safe = Math.max(0, bytes.length - next.sentinel.length + 1);
        if (safe > 0) next.sink(bytes.subarray(0, safe));
        this.#held = bytes.subarray(safe);
        return;
      }
      if (at > 0) next.sink(bytes.subarray(0, at));
      bytes = bytes.subarray(at + next.sentinel.length);
      this.#queue.shift();
      next.found();
    }
  }

  #join(chunk: Buffer): Buffer {
    const held = this.#held;
    const length = held.length + chunk.length;
    const joined = this.#joined.length < length ? Buffer.allocUnsafe(length) : this.#joined;
    held.copy(joined);
    chunk.copy(joined, held.length);
    this.#joined = joined;
    return joined.subarray(0, length);
  }
}
