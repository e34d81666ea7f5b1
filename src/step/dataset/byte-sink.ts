// Bytes that grow at their end, where what is there already can be repeated without encoding it again.

/** [start, end). */
export type ByteRange = [start: number, end: number];

export class ByteSink {
  length = 0;
  #memory = Buffer.allocUnsafeSlow(1024 * 1024);

  /** Appends a text in UTF-8; tells where it stands. */
  write(text: string): ByteRange {
    const start = this.length;
    this.#makeRoom(3 * text.length);
    this.length += this.#memory.write(text, start);
    return [start, this.length];
  }

  repeat([start, end]: ByteRange): void {
    this.#makeRoom(end - start);
    this.length += this.#memory.copy(this.#memory, this.length, start, end);
  }

  /** A view, good until something is written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  #makeRoom(bytes: number): void {
    if (this.length + bytes <= this.#memory.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.length + bytes));
    this.#memory.copy(larger, 0, 0, this.length);
    this.#memory = larger;
  }
}
