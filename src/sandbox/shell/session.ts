// A session of a sandbox: a shell in an engine exec of its own, opened again after it was lost.
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../schema/errors.ts';
import type { Session, SessionExecOptions, SessionResult } from '../sandbox.ts';
import { toRunLimits } from './run-limits.ts';
import { SESSION_COMMAND, type SessionCommand, SessionShell, type Signals } from './session-shell.ts';
import { survivorsFunction } from './survivors.ts';

const NOTE_ENDED = "\n[the session's shell has ended: the next command starts in a new one]\n";
const NOTE_GONE = "[the session's shell is gone, the command was not run: the next one starts in a new shell]\n";

export interface SessionPlace {
  cwd: string;
  env: Record<string, string>;
}

export async function openSession(container: Docker.Container, place: SessionPlace): Promise<Session> {
  let opened = await openShell(container, place);
  let queue: Promise<unknown> = Promise.resolve();
  let disposed = false;

  async function run(command: string, options: SessionExecOptions): Promise<SessionResult> {
    options.signal?.throwIfAborted();
    if (disposed) throw new SandboxError('The session is disposed. Open another one.');
    const { shell } = opened;
    const wasLost = shell.lost;
    const result = await shell.run(command, toRunLimits(options));
    const exitCode = result.ended === 'lost' ? await opened.exitCode() : result.exitCode;
    if (shell.lost && !disposed) opened = await openShell(container, place);
    options.signal?.throwIfAborted();
    const note = wasLost ? NOTE_GONE : shell.lost ? NOTE_ENDED : '';
    return {
      output: result.output.toString('utf8') + note,
      exitCode,
      timedOut: result.ended === 'timeout',
      truncated: result.cutBytes > 0,
      durationMs: result.durationMs,
      shellLost: shell.lost,
    };
  }

  const session: Session = {
    exec(command, options = {}) {
      const turn = queue.then(() => run(command, options));
      queue = turn.catch(() => undefined);
      return turn;
    },
    async dispose() {
      disposed = true;
      opened.shell.close();
    },
    [Symbol.asyncDispose]: () => session.dispose(),
  };
  return session;
}

interface Opened {
  shell: SessionShell;
  /** Of a shell that ended; 137 when the engine does not say. */
  exitCode(): Promise<number>;
}

async function openShell(container: Docker.Container, { cwd, env }: SessionPlace): Promise<Opened> {
  const Env = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const io = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
  try {
    const exec = await container.exec({ Cmd: SESSION_COMMAND, WorkingDir: cwd, Env, ...io });
    const stream: Duplex = await exec.start({ hijack: true, stdin: true });
    const exitCode = async () => (await exec.inspect().catch(() => undefined))?.ExitCode ?? 137;
    return { shell: new SessionShell(stream, signalsIn(container)), exitCode };
  } catch (error) {
    throw new SandboxError(`Cannot open a session in container ${container.id.slice(0, 12)}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function signalsIn(container: Docker.Container): Signals {
  const run = async (script: string): Promise<void> => {
    const Cmd = ['/bin/sh', '-c', `${survivorsFunction}${script}`];
    const exec = await container.exec({ Cmd, AttachStdout: true, AttachStderr: true });
    await once((await exec.start({})).resume(), 'end');
  };
  const find = ({ pid, tick }: SessionCommand): string => `survivors ${tick} "1 ${pid} $$" ""`;
  return {
    // The shell leads a process group of its own.
    interrupt: ({ pid }) => run(`kill -INT -${pid}`),
    kill: (command, { shellToo }) =>
      run(
        `${shellToo ? `kill -9 ${command.pid}; ` : ''}while ${find(command)}; [ -n "$found$gone" ]; do kill -9 $found; done`,
      ),
  };
}
