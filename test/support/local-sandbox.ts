// A sandbox for tests of what stands on the contract: real bash, real git, in a temporary folder that takes the place of /testbed.
// It keeps nothing out; commands in tests are ours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SandboxError } from '../../src/core/schema/errors.ts';
import type { ExecOptions, ExecResult, Sandbox, SandboxBackend, Session } from '../../src/world/sandbox/sandbox.ts';
import { openLocalSession } from './local-session.ts';

const COMMIT = 'git -c user.name=t -c user.email=t@t -c commit.gpgsign=false commit -q --allow-empty -m base';

export interface LocalSandbox extends Sandbox {
  readonly dir: string;
}

/** `files` are written (or a folder copied) and committed as the one commit. */
export async function openLocalSandbox(files: Record<string, string> | string): Promise<LocalSandbox> {
  const dir = await mkdtemp(join(tmpdir(), 'stepwright-test-'));
  const inside = (text: string): string => text.replaceAll('/testbed', dir);
  const outside = (text: string): string => text.replaceAll(dir, '/testbed');
  const write = async (path: string, content: string | Uint8Array, mode?: number): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, mode === undefined ? {} : { mode });
  };
  const run = (command: string, options?: ExecOptions) => runBash(inside(command), dir, options);
  const box: LocalSandbox = {
    id: dir,
    restarts: 0,
    dir,
    async exec(command, options) {
      const result = await run(command, options);
      return { ...result, output: outside(result.output) };
    },
    readFile: (path) =>
      readFile(inside(path)).catch((error: Error) => {
        throw new SandboxError(error.message);
      }),
    writeFile: (path, content, options) => write(inside(path), content, options?.mode),
    diff: async () => (await run('git add -A && git diff --cached --binary')).output,
    async openSession({ env } = {}) {
      const session = openLocalSession(dir, env);
      const exec: Session['exec'] = async (command, options) => {
        const result = await session.exec(inside(command), options);
        return { ...result, output: outside(result.output) };
      };
      return { ...session, exec };
    },
    exportTar: () => Promise.reject(new SandboxError('A local sandbox has no archives.')),
    importTar: () => Promise.reject(new SandboxError('A local sandbox has no archives.')),
    snapshot: () => Promise.reject(new SandboxError('A local sandbox has no snapshots.')),
    fork: () => Promise.reject(new SandboxError('A local sandbox has no snapshots.')),
    dispose: () => rm(dir, { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => box.dispose(),
  };
  if (typeof files === 'string') await cp(files, dir, { recursive: true });
  else for (const [path, text] of Object.entries(files)) await write(join(dir, path), text);
  await run(`git init -q && git add -A && ${COMMIT}`);
  return box;
}

async function runBash(command: string, cwd: string, options: ExecOptions = {}): Promise<ExecResult> {
  const { timeoutMs = 0, signal, stdin = '' } = options;
  const started = performance.now();
  const env = { ...process.env, GIT_PAGER: 'cat', ...options.env };
  const child = spawn('bash', ['-c', `exec 2>&1\n${command}`], { cwd, detached: true, env });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => undefined).end(stdin);
  let timedOut = false;
  const kill = () => process.kill(-child.pid!, 'SIGKILL');
  const onTime = () => {
    timedOut = true;
    kill();
  };
  const timer = timeoutMs > 0 ? setTimeout(onTime, timeoutMs) : undefined;
  signal?.addEventListener('abort', kill, { once: true });
  const [code, ended] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();
  const output = Buffer.concat(chunks).toString('utf8');
  const exitCode = timedOut ? 124 : (code ?? 137);
  const shellLost = ended !== null && !timedOut;
  return { output, exitCode, timedOut, truncated: false, durationMs: performance.now() - started, shellLost };
}

/** A backend whose every sandbox holds `files`, with the instance's bug in. */
export const localBackend = (files: Record<string, string>): SandboxBackend => ({
  name: 'local',
  async open({ bugPatch = '' }) {
    const box = await openLocalSandbox(files);
    if (bugPatch !== '') {
      const applied = await box.exec(`git apply - && git add -A && ${COMMIT} --amend`, { stdin: bugPatch });
      if (applied.exitCode !== 0) throw new SandboxError(applied.output);
    }
    return box;
  },
});
