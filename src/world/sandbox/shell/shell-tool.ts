// Our own scripts in a sandbox (files, repository): exact bytes in and out, tried once more when the untrusted command's leftovers broke
// the shell.
import type { ContainerShell } from './container-shell.ts';
import type { RunResult } from './run-limits.ts';

/** What one file or one patch may have. */
export const MAX_TRANSFER_BYTES = 128 * 1024 * 1024;

const TIMEOUT_MS = 120_000;

export interface ToolOptions {
  env?: Record<string, string>;
  stdin?: Uint8Array;
}

export async function runTool(shell: ContainerShell, script: string, options: ToolOptions = {}): Promise<RunResult> {
  const command = { script, cwd: '/', env: options.env ?? {}, stdin: options.stdin ?? Buffer.alloc(0) };
  const limits = { timeoutMs: TIMEOUT_MS, maxOutputBytes: MAX_TRANSFER_BYTES };
  const result = await shell.run(command, limits);
  return result.ended === 'lost' ? shell.run(command, limits) : result;
}

/** The end of what a failed script said, for a message. */
export const complaint = (result: RunResult): string =>
  result.output.toString('utf8').trim().split('\n').slice(-3).join(' ').slice(-300) || `exit code ${result.exitCode}`;
