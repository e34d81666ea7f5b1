// Keeps the head and the tail of a stream of bytes within a budget and counts what lay between: 10 GB cost what the budget costs.

export class CappedOutput {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  /** A ring: the last bytes, whatever came before. */
  #tail: Buffer = Buffer.alloc(0);
  #tailBytes = 0;

  constructor(maxBytes: number) {
    this.#half = Math.max(1, Math.floor(maxBytes / 2));
  }

  /** Copies what it keeps. */
  push(chunk: Buffer): void {
    const part = chunk.subarray(0, this.#half - this.#headBytes);
    if (part.length > 0) this.#head.push(Buffer.from(part));
    this.#headBytes += part.length;
    if (part.length < chunk.length) this.#pushTail(chunk.subarray(part.length));
  }

  get cutBytes(): number {
    return Math.max(0, this.#tailBytes - this.#half);
  }

  /** What was kept; a line in the middle says how many bytes were cut. */
  toBuffer(): Buffer {
    const end = this.#tailBytes % this.#half;
    const tail =
      this.cutBytes === 0
        ? [this.#tail.subarray(0, this.#tailBytes)]
        : [Buffer.from(`\n[… ${this.cutBytes} bytes cut …]\n`), this.#tail.subarray(end), this.#tail.subarray(0, end)];
    return Buffer.concat([...this.#head, ...tail]);
  }

  #pushTail(bytes: Buffer): void {
    if (this.#tail.length === 0) this.#tail = Buffer.allocUnsafe(this.#half);
    const last = bytes.subarray(-this.#half);
    const at = (this.#tailBytes + bytes.length - last.length) % this.#half;
    const copied = last.copy(this.#tail, at);
    last.copy(this.#tail, 0, copied);
    this.#tailBytes += bytes.length;
  }
}
