// Keeps the head and the tail of a stream of bytes within a budget and counts what lay between: 10 GB cost what the budget costs.

export class CappedOutput {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #cut = 0;

  constructor(maxBytes: number) {
    this.#half = Math.max(1, Math.floor(maxBytes / 2));
  }

  push(chunk: Buffer): void {
    const room = this.#half - this.#headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#head.push(part);
      this.#headBytes += part.length;
    }
    if (chunk.length <= room) return;
    const rest = chunk.subarray(Math.max(0, room));
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    // Trimmed at twice the budget, so that each byte is copied at most once on average.
    if (this.#tailBytes > 2 * this.#half) this.#trim();
  }

  get cutBytes(): number {
    return this.#cut + Math.max(0, this.#tailBytes - this.#half);
  }

  /** What was kept; a line in the middle says how many bytes were cut. */
  toBuffer(): Buffer {
    this.#trim();
    const note = this.#cut > 0 ? [Buffer.from(`\n[… ${this.#cut} bytes cut …]\n`)] : [];
    return Buffer.concat([...this.#head, ...note, ...this.#tail]);
  }

  #trim(): void {
    const over = this.#tailBytes - this.#half;
    if (over <= 0) return;
    this.#tail = [Buffer.concat(this.#tail).subarray(over)];
    this.#tailBytes -= over;
    this.#cut += over;
  }
}
