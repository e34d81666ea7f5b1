// Append-only JSON lines; half a row that a killed process left at the end is cut when they are opened again.
import { type FileHandle, open } from 'node:fs/promises';

/** Appends whole rows, one write at a time; rows are on their way to disk when `append` resolves. */
export class JsonlWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  #tail: Promise<void> = Promise.resolve();
  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens for appending and cuts half a row that a killed process may have left at the end. */
  static async open(path: string): Promise<JsonlWriter> {
    const file = await open(path, 'a+');
    const bytes = await file.readFile();
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) await file.truncate(end);
    return new JsonlWriter(file);
  }

  append(row: unknown): Promise<void> {
    const line = `${JSON.stringify(row)}\n`;
    this.#tail = this.#tail.then(async () => {
      await this.#file.appendFile(line);
    });
    return this.#tail;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail.catch(() => undefined);
    await this.#file.close();
  }
}
