// A process in a running container, with its own stdin and stdout attached.
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { Channel } from './channel.ts';

export interface ExecPlace {
  cwd: string;
  env: Record<string, string>;
}

export interface OpenedExec {
  channel: Channel;
  /** Once it has ended; 137 when the engine does not say. */
  exitCode(): Promise<number>;
}

export async function openExec(container: Docker.Container, command: string[], place?: ExecPlace): Promise<OpenedExec> {
  const options: Docker.ExecCreateOptions = { Cmd: command, AttachStdin: true, AttachStdout: true, AttachStderr: true };
  if (place) {
    options.WorkingDir = place.cwd;
    options.Env = Object.entries(place.env).map(([name, value]) => `${name}=${value}`);
  }
  try {
    const exec = await container.exec(options);
    const stream: Duplex = await exec.start({ hijack: true, stdin: true });
    const exitCode = async () => (await exec.inspect().catch(() => undefined))?.ExitCode ?? 137;
    return { channel: new Channel(stream), exitCode };
  } catch (error) {
    throw new SandboxError(`Cannot run a shell in container ${container.id.slice(0, 12)}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
