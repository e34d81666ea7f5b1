// This process's terminal, or whatever its stdin is, on a shell in a container.
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';

/** Until the shell ends; its exit code. */
export async function openTerminal(docker: Docker, containerId: string): Promise<number> {
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY && stdout.isTTY;
  const exec = await docker.getContainer(containerId).exec({
    Cmd: ['/bin/sh', '-c', 'exec "$(command -v bash || command -v sh)"'],
    WorkingDir: '/testbed',
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: isTerminal },
  });
  const stream: Duplex = await exec.start({ hijack: true, stdin: true, Tty: isTerminal });
  const resize = () => void exec.resize({ w: stdout.columns, h: stdout.rows }).catch(() => undefined);
  if (isTerminal) {
    stdin.setRawMode(true);
    stdout.on('resize', resize);
    resize();
    stream.pipe(stdout);
  } else docker.modem.demuxStream(stream, stdout, process.stderr);
  stdin.pipe(stream);
  await once(stream, 'end');
  if (isTerminal) {
    stdin.setRawMode(false);
    stdout.off('resize', resize);
  }
  stdin.unpipe(stream).unref();
  return (await exec.inspect()).ExitCode ?? 0;
}
