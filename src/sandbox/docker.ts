// Sandboxes on a Docker-compatible engine.
import { posix } from 'node:path';
import type Docker from 'dockerode';
import { SandboxError } from '../schema/errors.ts';
import { createContainer, WORK_DIR } from './container.ts';
import { ContainerShell } from './container-shell.ts';
import { readDiff } from './diff.ts';
import { readFile, writeFile } from './files.ts';
import { prepareRepository } from './repository.ts';
import type { ExecOptions, ExecResult, OpenOptions, Sandbox, SandboxBackend } from './sandbox.ts';

export const DEFAULT_TIMEOUT_MS = 600_000;
export const DEFAULT_OUTPUT_BYTES = 1024 * 1024;

const LOST_NOTE = '\n[the command ended the shell that runs commands here; every process in the sandbox was stopped]\n';

export const createDockerBackend = (docker: Docker): SandboxBackend => ({
  name: 'docker',
  open: (options) => openSandbox(docker, options),
});

async function openSandbox(docker: Docker, options: OpenOptions): Promise<Sandbox> {
  const shell = new ContainerShell(await createContainer(docker, options));
  try {
    await shell.start();
    const base = await prepareRepository(shell, options);
    options.signal?.throwIfAborted();
    return createSandbox(shell, base);
  } catch (error) {
    await shell.dispose();
    throw error;
  }
}

function createSandbox(shell: ContainerShell, base: string | undefined): Sandbox {
  return {
    id: shell.id,
    exec: (command, options) => exec(shell, command, options),
    readFile: (path) => readFile(shell, path),
    writeFile: (path, content, options) => writeFile(shell, path, content, options?.mode),
    diff: () => {
      if (base === undefined)
        throw new SandboxError(`${WORK_DIR} had no repository when the sandbox was opened: no diff.`);
      return readDiff(shell, base);
    },
    dispose: () => shell.dispose(),
    [Symbol.asyncDispose]: () => shell.dispose(),
  };
}

async function exec(shell: ContainerShell, script: string, options: ExecOptions = {}): Promise<ExecResult> {
  const { cwd = '', env = {}, stdin = '', timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  const started = performance.now();
  const result = await shell.run(
    { script, cwd: posix.resolve(WORK_DIR, cwd), env, stdin: Buffer.from(stdin) },
    { timeoutMs, maxOutputBytes: options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES, signal },
  );
  const output = result.output.toString('utf8');
  return {
    output: result.ended === 'lost' ? output + LOST_NOTE : output,
    exitCode: result.exitCode,
    timedOut: result.ended === 'timeout',
    truncated: result.cutBytes > 0,
    durationMs: performance.now() - started,
  };
}
