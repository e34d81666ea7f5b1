// The patch of an attempt that broke its sandbox's own tools or our copy of the base: its files, read by the engine, are compared in a
// second container of the same image.
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { WORK_DIR } from '../container/container.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import { complaint, runTool } from '../shell/shell-tool.ts';
import { readDiff } from './diff.ts';
import { openShell, type ShellOptions } from './open-shell.ts';
import { BASE_OBJECTS } from './repository.ts';

/** The base's objects are kept where they are not part of the work dir. */
const EMPTY = `if [ -L ${BASE_OBJECTS} ]; then rm ${BASE_OBJECTS} && cp -a ${WORK_DIR}/.git/objects ${BASE_OBJECTS}; fi
find ${WORK_DIR} -mindepth 1 -maxdepth 1 -exec rm -rf {} +`;

export async function diffInTwin(docker: Docker, shell: ContainerShell, options: ShellOptions): Promise<string> {
  const { network: _, ...alone } = options;
  const { shell: twin, base = '', dispose } = await openShell(docker, alone);
  try {
    const emptied = await runTool(twin, EMPTY);
    if (emptied.exitCode !== 0) throw new SandboxError(`Cannot compute the attempt's patch: ${complaint(emptied)}`);
    const files = await readWorkDir(shell.container);
    if (files !== undefined) await twin.container.putArchive(files, { path: WORK_DIR });
    const patch = await readDiff(twin, base);
    if (typeof patch === 'string') return patch;
    throw new SandboxError(`Cannot compute the attempt's patch: ${patch.failed}`);
  } finally {
    await dispose();
  }
}

/** Undefined when the attempt removed the work dir itself. */
async function readWorkDir(container: Docker.Container): Promise<NodeJS.ReadableStream | undefined> {
  try {
    return await container.getArchive({ path: `${WORK_DIR}/.` });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw new SandboxError(`Cannot read ${WORK_DIR} of container ${container.id.slice(0, 12)}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
