// How long a command may run and how much of its output is kept, and how it ended.
import type { SandboxError } from '../../../core/schema/errors.ts';
import type { ExecOptions, SessionExecOptions } from '../sandbox.ts';

export const DEFAULT_TIMEOUT_MS = 600_000;
export const DEFAULT_OUTPUT_BYTES = 1024 * 1024;

export interface RunLimits {
  /** 0 = no limit. */
  timeoutMs: number;
  maxOutputBytes: number;
  outputFile?: ExecOptions['outputFile'] | undefined;
  signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** `lost`: the shell, or what it runs commands with, went away under the command. */
  ended: 'exit' | 'timeout' | 'abort' | 'lost';
  exitCode: number;
  output: Buffer;
  cutBytes: number;
  durationMs: number;
  /** The memory limit ended it. */
  outOfMemory?: boolean;
  /** Of the file that output was to be written to. */
  error?: SandboxError | undefined;
}

/** The exit codes of commands that did not end by themselves. */
export const STOPPED_CODE = { timeout: 124, abort: 130, lost: 137 };

export const toRunLimits = (options: SessionExecOptions): RunLimits => ({
  timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  maxOutputBytes: options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
  outputFile: options.outputFile,
  signal: options.signal,
});
