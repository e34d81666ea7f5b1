// A stream of chunks, taken by numbers of bytes.

export class ByteReader implements AsyncDisposable {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #endError: () => Error;
  #held: Buffer = Buffer.alloc(0);

  /** `endError`: thrown where more is wanted than there is. */
  constructor(chunks: AsyncIterable<Buffer>, endError: () => Error) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#endError = endError;
  }

  async take(length: number): Promise<Buffer> {
    const taken = await this.upTo(length);
    if (taken.length < length) throw this.#endError();
    return taken;
  }

  /** Fewer at the end. */
  async upTo(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0 && (await this.#fill()); ) {
      const part = this.#held.subarray(0, missing);
      this.#held = this.#held.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0; ) {
      if (!(await this.#fill())) throw this.#endError();
      const skipped = Math.min(missing, this.#held.length);
      this.#held = this.#held.subarray(skipped);
      missing -= skipped;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#held.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#held = next.value;
    }
    return true;
  }
}
