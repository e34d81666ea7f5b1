// A file that is written piece by piece, however large, and stands at its path only once it is whole.
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const BUFFER_CHARS = 256 * 1024;

/** `await using`: what was not committed is removed. */
export class StreamFile implements AsyncDisposable {
  readonly path: string;
  readonly #temporary: string;
  readonly #head: Transform;
  readonly #done: Promise<void>;
  #text = '';
  #isOpen = true;

  private constructor(path: string) {
    this.path = path;
    this.#temporary = `${path}.${process.pid}.tmp`;
    this.#head = path.endsWith('.gz') ? createGzip() : new PassThrough();
    this.#done = pipeline(this.#head, createWriteStream(this.#temporary));
    this.#done.catch(() => undefined); // told by write and commit
  }

  /** Compressed when the name ends in .gz. */
  static async open(path: string): Promise<StreamFile> {
    await mkdir(dirname(path), { recursive: true });
    return new StreamFile(path);
  }

  /** Resolves when there is room for more. */
  async write(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length >= BUFFER_CHARS) await this.#flush();
  }

  async commit(): Promise<void> {
    await this.#flush();
    this.#isOpen = false;
    this.#head.end();
    await this.#done;
    await rename(this.#temporary, this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return;
    this.#head.destroy();
    await this.#done.catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }

  async #flush(): Promise<void> {
    const hasRoom = this.#head.write(this.#text);
    this.#text = '';
    if (!hasRoom) await Promise.race([this.#done, new Promise((resolve) => this.#head.once('drain', resolve))]);
  }
}
