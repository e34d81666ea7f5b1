// A session on this machine: the shell that containers have, as a child process whose output comes in the engine's frames.
import { spawn } from 'node:child_process';
import { Duplex, Transform } from 'node:stream';
import type { Session } from '../../src/world/sandbox/sandbox.ts';
import { Channel } from '../../src/world/sandbox/shell/channel.ts';
import { toRunLimits } from '../../src/world/sandbox/shell/run-limits.ts';
import { SESSION_COMMAND, SessionShell, type Signals } from '../../src/world/sandbox/shell/session-shell.ts';

/** Time-outs are an interrupt, and never more: commands in tests are ours. */
export function openLocalSession(cwd: string, env: Record<string, string> = {}): Session {
  const [program, ...args] = SESSION_COMMAND;
  const child = spawn(program!, args, { cwd, env: { ...process.env, ...env }, detached: true });
  const readable = child.stdout.pipe(new Transform({ transform: (chunk, _, done) => done(null, frame(chunk)) }));
  const shell = new SessionShell(new Channel(Duplex.from({ writable: child.stdin, readable })));
  const signals: Signals = {
    interrupt: async (pid) => void process.kill(-pid, 'SIGINT'),
    kill: async () => undefined,
    stop: async () => true,
  };
  const session: Session = {
    async exec(command, options = {}) {
      const { output, ended, exitCode, cutBytes, durationMs } = await shell.run(
        command,
        toRunLimits(options),
        async () => signals,
      );
      const ending = { timedOut: ended === 'timeout', shellLost: shell.lost };
      return { output: output.toString(), exitCode, truncated: cutBytes > 0, durationMs, ...ending };
    },
    async dispose() {
      shell.close();
      child.kill('SIGKILL');
    },
    [Symbol.asyncDispose]: () => session.dispose(),
  };
  return session;
}

function frame(chunk: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(chunk.length, 4);
  return Buffer.concat([header, chunk]);
}
