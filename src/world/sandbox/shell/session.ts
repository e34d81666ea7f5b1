// A session of a sandbox: a shell in an engine exec of its own, opened again after it was lost.
import { SandboxError } from '../../../core/schema/errors.ts';
import type { Session, SessionExecOptions, SessionResult } from '../sandbox.ts';
import type { ContainerShell } from './container-shell.ts';
import type { ExecPlace, OpenedExec } from './engine-exec.ts';
import { toRunLimits } from './run-limits.ts';
import { SESSION_COMMAND, SessionShell } from './session-shell.ts';

const NOTE_ENDED = "\n[the session's shell has ended: the next command starts in a new one]\n";
const NOTE_GONE = "[the session's shell is gone, the command was not run: the next one starts in a new shell]\n";

export async function openSession(container: ContainerShell, place: ExecPlace): Promise<Session> {
  let opened = await openShell(container, place);
  let queue: Promise<unknown> = Promise.resolve();
  let disposed = false;

  async function run(command: string, options: SessionExecOptions): Promise<SessionResult> {
    options.signal?.throwIfAborted();
    if (disposed) throw new SandboxError('The session is disposed. Open another one.');
    const { shell } = opened;
    const wasLost = shell.lost;
    const result = await shell.run(command, toRunLimits(options), () => container.supervisor());
    const exitCode = result.ended === 'lost' ? await opened.exitCode() : result.exitCode;
    const outOfMemory = await container.isOutOfMemory(exitCode);
    if (shell.lost && !disposed) opened = await openShell(container, place);
    options.signal?.throwIfAborted();
    if (result.error) throw result.error;
    const note = wasLost ? NOTE_GONE : shell.lost ? NOTE_ENDED : '';
    return {
      output: result.output.toString('utf8') + note,
      exitCode,
      timedOut: result.ended === 'timeout',
      truncated: result.cutBytes > 0,
      durationMs: result.durationMs,
      shellLost: shell.lost,
      outOfMemory,
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

interface Opened extends OpenedExec {
  shell: SessionShell;
}

async function openShell(container: ContainerShell, place: ExecPlace): Promise<Opened> {
  const opened = await container.open(SESSION_COMMAND, place);
  const shell = new SessionShell(opened.channel);
  await shell.started();
  return { ...opened, shell };
}
