// The patch of an attempt whose sandbox's own tools cannot be trusted, or lack the base: its files, read by the engine, are compared in a
// reference container, a second one of the same image.
import { type Readable, Transform } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { DEFAULT_LIMITS, WORK_DIR } from '../container/container.ts';
import { MOST_OVER, type WatchedEngine } from '../container/disk-guard.ts';
import type { SandboxLimits } from '../sandbox.ts';
import { complaint, runTool } from '../shell/shell-tool.ts';
import { readDiff } from './diff.ts';
import { type OpenedContainer, openShell, type ShellOptions } from './open-shell.ts';
import { BASE_OBJECTS } from './repository.ts';

/** The base's objects are kept where they are not part of the work dir. */
const EMPTY = `if [ -L ${BASE_OBJECTS} ]; then rm ${BASE_OBJECTS} && cp -a ${WORK_DIR}/.git/objects ${BASE_OBJECTS}; fi
find ${WORK_DIR} -mindepth 1 -maxdepth 1 -exec rm -rf {} +`;

/** Of the image's own work dir, which the reference container holds a copy of. */
const IMAGE_FILES = 500_000;

export async function diffInReference(
  engine: WatchedEngine,
  { shell, guard }: OpenedContainer,
  options: ShellOptions,
): Promise<string> {
  const { network: _, ...alone } = options;
  // A hole costs the sandbox nothing, and the reference container all its bytes.
  await guard.check();
  const limits = await referenceLimits(engine.docker, options);
  const { shell: reference, base = '', dispose } = await openShell(engine, { ...alone, limits });
  try {
    const emptied = await runTool(reference, EMPTY);
    if (emptied.exitCode !== 0) throw new SandboxError(`Cannot compute the attempt's patch: ${complaint(emptied)}`);
    await copyWorkDir(shell.container, reference.container, limits.diskBytes);
    const patch = await readDiff(reference, base);
    if (typeof patch === 'string') return patch;
    throw new SandboxError(`Cannot compute the attempt's patch: ${patch.failed}`);
  } finally {
    await dispose();
  }
}

/** What an attempt may have written, and the image's work dir once more. */
async function referenceLimits(docker: Docker, { imageId, limits }: ShellOptions): Promise<SandboxLimits> {
  const asked = { ...DEFAULT_LIMITS, ...limits };
  const { Size } = await docker.getImage(imageId).inspect();
  return { ...asked, diskBytes: MOST_OVER * asked.diskBytes + Size, files: MOST_OVER * asked.files + IMAGE_FILES };
}

/** The processes of the attempt may go on writing meanwhile: an archive that gets too large is cut off. */
async function copyWorkDir(from: Docker.Container, to: Docker.Container, mostBytes: number): Promise<void> {
  const archive = await readWorkDir(from);
  if (archive === undefined) return;
  const tooLarge = new AbortController();
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > mostBytes) tooLarge.abort();
      else done(null, chunk);
    },
  });
  try {
    await to.putArchive(archive.pipe(counted), { path: WORK_DIR, abortSignal: tooLarge.signal });
  } catch (error) {
    const reason = tooLarge.signal.aborted ? `${WORK_DIR} has more than ${mostBytes} bytes` : messageOf(error);
    throw new SandboxError(`Cannot compute the attempt's patch: ${reason}`, { cause: error });
  } finally {
    (archive as Readable).destroy();
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
