// A sandbox's files as an image of the engine: the layer that it wrote, committed. /tmp is not in the layer: it travels as a folder that is.
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import type { DiskGuard } from '../container/disk-guard.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import { complaint, runTool } from '../shell/shell-tool.ts';

const STASH = '/var/lib/stepwright/tmp';

const ATTEMPTS = 4;
const BACK_OFF_MS = 100;

const STASH_TMP = `rm -rf ${STASH} && mkdir -p ${STASH} && cp -a /tmp/. ${STASH}/`;
const RESTORE_TMP = `cp -a ${STASH}/. /tmp/ && rm -rf ${STASH}`;

/** Id of the image. It carries the container's owner labels, by which the reaper finds it. Processes stand still meanwhile. */
export async function commitFiles(shell: ContainerShell, guard: DiskGuard): Promise<string> {
  await moveTmp(shell, STASH_TMP);
  try {
    // The image has all the bytes of a file with holes.
    await guard.check();
    return await commit(shell.container);
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`Cannot take a snapshot of sandbox ${shell.id.slice(0, 12)}: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    await moveTmp(shell, `rm -rf ${STASH}`);
  }
}

/** A busy machine may not stop the processes in time: the engine's answer is a 5xx then. */
export async function commit(
  container: Docker.Container,
  options: { repo?: string; tag?: string; changes?: string } = {},
): Promise<string> {
  for (let attempt = 1; ; attempt++)
    try {
      return ((await container.commit({ pause: true, ...options })) as { Id: string }).Id;
    } catch (error) {
      if (attempt === ATTEMPTS || ((error as { statusCode?: number }).statusCode ?? 0) < 500) throw error;
      await sleep(BACK_OFF_MS * 2 ** attempt);
    }
}

export const restoreTmp = (shell: ContainerShell): Promise<void> => moveTmp(shell, RESTORE_TMP);

async function moveTmp(shell: ContainerShell, script: string): Promise<void> {
  const result = await runTool(shell, script);
  if (result.exitCode !== 0) throw new SandboxError(`Cannot carry /tmp over by a snapshot: ${complaint(result)}`);
}
