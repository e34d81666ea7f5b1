// A command's output as it comes: head and tail in memory, all of it in a file if that is asked for.
import { closeSync, openSync, writeSync } from 'node:fs';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { CappedOutput } from './capped-output.ts';
import type { RunLimits } from './run-limits.ts';

export class Output extends CappedOutput {
  readonly #path: string | undefined;
  readonly #file: number | undefined;
  #room = 0;
  /** Why the file is not what it should be. */
  error: SandboxError | undefined;

  constructor({ maxOutputBytes, outputFile }: Pick<RunLimits, 'maxOutputBytes' | 'outputFile'>) {
    super(maxOutputBytes);
    if (outputFile === undefined) return;
    this.#path = outputFile.path;
    this.#room = outputFile.maxBytes;
    this.#file = this.#try(() => openSync(outputFile.path, 'w'));
  }

  override push(chunk: Buffer): void {
    super.push(chunk);
    const part = chunk.subarray(0, this.#room);
    if (this.#file === undefined || part.length === 0) return;
    this.#room -= part.length;
    // Written before more is read: a slow disk holds the command up, not our memory.
    this.#try(() => writeSync(this.#file!, part));
  }

  close(): void {
    if (this.#file !== undefined) this.#try(() => closeSync(this.#file!));
  }

  #try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#room = 0;
      this.error ??= new SandboxError(`Cannot write output to ${this.#path}: ${messageOf(error)}`, { cause: error });
      return undefined;
    }
  }
}
