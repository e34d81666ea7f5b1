// Files of a sandbox, byte for byte, through its shell: symlinks are followed as the container sees them, so never out of it.
import { posix } from 'node:path';
import { SandboxError } from '../../schema/errors.ts';
import { WORK_DIR } from '../container/container.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import { complaint, MAX_TRANSFER_BYTES, runTool } from '../shell/shell-tool.ts';
import { quote } from '../shell/snippets.ts';

/** Relative paths start at the work dir. */
export async function readFile(shell: ContainerShell, path: string): Promise<Buffer> {
  const result = await runTool(shell, `cat < ${quote(absolute(path))}`);
  if (result.exitCode !== 0) throw new SandboxError(`Cannot read ${path} in the sandbox: ${complaint(result)}`);
  if (result.cutBytes > 0) throw new SandboxError(`Cannot read ${path}: it has more than ${MAX_TRANSFER_BYTES} bytes.`);
  return result.output;
}

export async function writeFile(
  shell: ContainerShell,
  path: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  const target = quote(absolute(path));
  const chmod = mode === undefined ? '' : ` && chmod ${mode.toString(8)} ${target}`;
  const script = `mkdir -p ${quote(posix.dirname(absolute(path)))} && cat > ${target}${chmod}`;
  const result = await runTool(shell, script, { stdin: Buffer.from(content) });
  if (result.exitCode !== 0) throw new SandboxError(`Cannot write ${path} in the sandbox: ${complaint(result)}`);
}

const absolute = (path: string): string => posix.resolve(WORK_DIR, path);
