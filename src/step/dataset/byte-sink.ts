// Bytes that grow at their end, where what is there already can be repeated without encoding it again.

/** [start, end). */
export type ByteRange = [start: number, end: number];

export class ByteSink {
  length = 0;
  #bytes = Buffer.allocUnsafeSlow(1024 * 1024);

  /** Appends a text in UTF-8; tells where it stands. */
  write(text: string): ByteRange {
    const start = this.length;
    this.#makeRoom(3 * text.length);
    this.length += this.#bytes.write(text, start);
    return [start, this.length];
  }

  repeat([start, end]: ByteRange): void {
    this.#makeRoom(end - start);
    this.length += this.#bytes.copy(this.#bytes, this.length, start, end);
  }

  /** In memory of its own, which can move to another thread: small Buffers share theirs. */
  copy(): Uint8Array<ArrayBuffer> {
    const copy = Buffer.allocUnsafeSlow(this.length);
    this.#bytes.copy(copy, 0, 0, this.length);
    return copy;
  }

  clear(): void {
    this.length = 0;
  }

  #makeRoom(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.length + bytes));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
