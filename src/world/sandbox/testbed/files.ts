// Files of a sandbox, byte for byte, through its shell: symlinks are followed as the container sees them, so never out of it.
import { posix } from 'node:path';
import { SandboxError } from '../../../core/schema/errors.ts';
import { WORK_DIR } from '../container/container.ts';
import { quote } from '../shell/command-text.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import type { RunResult } from '../shell/run-limits.ts';
import { complaint, MAX_TRANSFER_BYTES, runTool } from '../shell/shell-tool.ts';
import { checkTar } from './tar.ts';

const TAR_LIMITS = { bytes: 2 * MAX_TRANSFER_BYTES, entries: 100_000 };

/** Relative paths start at the work dir. */
export async function readFile(shell: ContainerShell, path: string): Promise<Buffer> {
  const result = await runTool(shell, `${regularOnly(path)}cat < ${quote(absolute(path))}`);
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
  const script = `${regularOnly(path)}mkdir -p ${quote(posix.dirname(absolute(path)))} && cat > ${target}${chmod}`;
  const result = await runTool(shell, script, { stdin: Buffer.from(content) });
  if (result.exitCode !== 0) throw new SandboxError(`Cannot write ${path} in the sandbox: ${complaint(result)}`);
}

/** A folder below the work dir, or anywhere: its content as a tar archive that is safe to unpack. */
export async function exportTar(shell: ContainerShell, path: string): Promise<Buffer> {
  const result = await runTool(shell, `cd ${quote(absolute(path))} && tar -cf - . 2>/dev/null`);
  if (result.exitCode !== 0) throw new SandboxError(`Cannot read folder ${path} in the sandbox: ${whyNot(result)}`);
  if (result.cutBytes > 0)
    throw new SandboxError(`Cannot read folder ${path}: its files have more than ${MAX_TRANSFER_BYTES} bytes.`);
  checkTar(result.output, TAR_LIMITS);
  return result.output;
}

/** Makes the folder. Refuses an archive that would write outside it, before anything is unpacked. */
export async function importTar(shell: ContainerShell, path: string, tar: Uint8Array): Promise<void> {
  if (tar.length > MAX_TRANSFER_BYTES) throw new SandboxError(`tar: has more than ${MAX_TRANSFER_BYTES} bytes.`);
  checkTar(Buffer.from(tar), TAR_LIMITS);
  const folder = quote(absolute(path));
  const result = await runTool(shell, `mkdir -p ${folder} && tar -C ${folder} -xf -`, { stdin: tar });
  if (result.exitCode !== 0) throw new SandboxError(`Cannot unpack into ${path} in the sandbox: ${complaint(result)}`);
}

/** What tar wrote is the archive's beginning, no message. */
const whyNot = (result: RunResult): string =>
  result.output.length < 1000 ? complaint(result) : `tar ended with exit code ${result.exitCode}`;

/** A pipe would be waited for, a device never ends. */
const regularOnly = (path: string): string => {
  const file = quote(absolute(path));
  return `if [ -e ${file} ] && [ ! -f ${file} ] && [ ! -d ${file} ]; then echo 'not a regular file'; exit 1; fi; `;
};

const absolute = (path: string): string => posix.resolve(WORK_DIR, path);
