// Sandboxes on a Docker-compatible engine.
import { posix } from 'node:path';
import type Docker from 'dockerode';
import { type Emit, silent } from '../../core/run/events.ts';
import { messageOf, SandboxError, StepwrightError } from '../../core/schema/errors.ts';
import { DEFAULT_LIMITS, ImageGoneError, WORK_DIR } from './container/container.ts';
import type { DiskGuard, WatchedEngine } from './container/disk-guard.ts';
import { DiskWatch } from './container/disk-watch.ts';
import { keepLease } from './container/lease.ts';
import { hasChangedSystem } from './container/system-changes.ts';
import { isEngineAway, waitForEngine } from './engine/engine-away.ts';
import { ensureProxyImage } from './images/proxy-image.ts';
import { ReadyImages } from './images/ready-images.ts';
import type { ExecOptions, ExecResult, OpenOptions, Sandbox, SandboxBackend, Snapshot } from './sandbox.ts';
import type { ContainerShell } from './shell/container-shell.ts';
import { type RunResult, toRunLimits } from './shell/run-limits.ts';
import { openSession } from './shell/session.ts';
import { commitFiles } from './testbed/commit.ts';
import { readDiff } from './testbed/diff.ts';
import { exportTar, importTar, readFile, writeFile } from './testbed/files.ts';
import { type Files, type OpenedShell, openShell, type ShellOptions } from './testbed/open-shell.ts';
import { diffInReference } from './testbed/reference-diff.ts';
import { createSnapshot } from './testbed/snapshot.ts';

const LOST_NOTE = '\n[the command ended the shell that runs commands here]\n';

const DISK_NOTE = '\n[the sandbox has written more than it may: every process in it was stopped; remove some files]\n';

export function createDockerBackend(docker: Docker, emit: Emit = silent): SandboxBackend {
  const engine: WatchedEngine = { docker, disks: new DiskWatch(docker) };
  const images = new ReadyImages(engine, emit);
  let cpusOfEngine: number | undefined;
  keepLease(docker, DEFAULT_LIMITS.ttlMs);
  const openOnce = async (asked: OpenOptions): Promise<Sandbox> => {
    // An engine refuses more CPUs than it has.
    cpusOfEngine ??= await engineCpus(docker);
    const cpus = Math.min(asked.limits?.cpus ?? DEFAULT_LIMITS.cpus, cpusOfEngine);
    // A bug patch takes the past along, and with it all that could be found there.
    const imageId = await images.get(asked.image, asked.bugPatch ? undefined : asked.baseCommit);
    if (asked.network) await ensureProxyImage(docker, emit);
    // The signal is for the opening alone.
    const { signal, ...lasting } = { ...asked, imageId, limits: { ...asked.limits, cpus } };
    return createSandbox(engine, lasting, await openShell(engine, { ...lasting, ...(signal && { signal }) }));
  };
  return {
    name: 'docker',
    open: async (asked) => {
      try {
        return await openOnce(asked);
      } catch (error) {
        asked.signal?.throwIfAborted();
        if (error instanceof ImageGoneError) images.forget(asked.image);
        // One that never answered is not being restarted.
        else if (cpusOfEngine === undefined || !isEngineAway(error) || !(await waitForEngine(docker, asked.signal)))
          throw error instanceof StepwrightError
            ? error
            : new SandboxError(`Cannot open a sandbox of ${asked.image}: ${messageOf(error)}`, { cause: error });
        return openOnce(asked);
      }
    },
  };
}

async function engineCpus(docker: Docker): Promise<number> {
  try {
    return ((await docker.info()) as { NCPU: number }).NCPU;
  } catch (error) {
    throw new SandboxError(`The container engine does not answer: ${messageOf(error)}`, { cause: error });
  }
}

function createSandbox(engine: WatchedEngine, options: ShellOptions, opened: OpenedShell): Sandbox {
  const { shell, guard, base, forked, dispose } = opened;
  const snapshot = async (): Promise<Snapshot> =>
    createSnapshot(engine.docker, await commitFiles(shell, guard), (image, openOptions) =>
      openFork(engine, { ...options, ...openOptions }, { image, base }),
    );
  return {
    id: shell.id,
    get restarts() {
      return shell.restarts;
    },
    exec: (command, execOptions) => exec(shell, guard, command, execOptions),
    openSession: async ({ cwd = '', env = {} } = {}) =>
      openSession(shell, { cwd: posix.resolve(WORK_DIR, cwd), env: checkedEnv(env) }),
    readFile: (path) => readFile(shell, path),
    writeFile: (path, content, { mode } = {}) => writeFile(shell, path, content, mode),
    exportTar: (path) => exportTar(shell, path),
    importTar: (path, tar) => importTar(shell, path, tar),
    diff: async () => {
      if (base === undefined) throw new SandboxError(`${options.image} has no repository at ${WORK_DIR}: no diff.`);
      // A git that was replaced could tell anything; a fork's may have been before it was one.
      const doubted = forked || (await hasChangedSystem(shell.container));
      const patch = doubted ? undefined : await readDiff(shell, base);
      return typeof patch === 'string' ? patch : diffInReference(engine, opened, options);
    },
    snapshot,
    fork: async (forkOptions) => {
      await using taken = await snapshot();
      return taken.open(forkOptions);
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

const openFork = async (engine: WatchedEngine, options: ShellOptions, files: Files): Promise<Sandbox> =>
  createSandbox(engine, options, await openShell(engine, options, files));

async function exec(
  shell: ContainerShell,
  guard: DiskGuard,
  script: string,
  options: ExecOptions = {},
): Promise<ExecResult> {
  const { cwd = '', env = {}, stdin = '' } = options;
  const command = { script, cwd: posix.resolve(WORK_DIR, cwd), env: checkedEnv(env), stdin: Buffer.from(stdin) };
  const { result, diskFull } = await guard.during(() => shell.run(command, toRunLimits(options)));
  if (result.error) throw result.error;
  const output = result.output.toString('utf8');
  return {
    output: output + noteOn(result, diskFull),
    exitCode: result.exitCode,
    timedOut: result.ended === 'timeout',
    truncated: result.cutBytes > 0,
    ...(diskFull && { diskFull }),
    durationMs: result.durationMs,
    shellLost: result.ended === 'lost',
    outOfMemory: result.outOfMemory ?? false,
  };
}

function noteOn({ ended }: RunResult, diskFull: boolean): string {
  if (diskFull) return DISK_NOTE;
  return ended === 'lost' ? LOST_NOTE : '';
}

function checkedEnv(env: Record<string, string>): Record<string, string> {
  const bad = Object.keys(env).find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (bad !== undefined) throw new SandboxError(`Environment variable "${bad}": not a name that a shell can set.`);
  return env;
}
