// Ways to run one command in a container: ours, and those that users of other harnesses have.
import type Docker from 'dockerode';
import { execa } from 'execa';
import type { Sandbox } from '../../src/world/sandbox/sandbox.ts';
import type { SweRex } from './swe-rex.ts';

/** Runs a command and resolves when all of its output is here. */
export type Run = (command: string) => Promise<unknown>;

/** Peers that come into any container run in ours; SWE-ReX has one of its own. Sessions are opened by the caller. */
export function waysToRun(docker: Docker, box: Sandbox, session: { exec: Run }, rex: SweRex): Record<string, Run> {
  return {
    stateless: (command) => box.exec(command),
    session: (command) => session.exec(command),
    docker_exec: (command) => execa('docker', ['exec', box.id, 'sh', '-c', command], { buffer: { stdout: true } }),
    dockerode_exec: (command) => dockerodeExec(docker.getContainer(box.id), command),
    swe_rex: (command) => rex.execute(command),
    swe_rex_session: (command) => rex.runInSession(command),
  };
}

export async function dockerodeExec(container: Docker.Container, command: string): Promise<void> {
  const exec = await container.exec({ Cmd: ['sh', '-c', command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  await new Promise((resolve) => stream.resume().once('end', resolve));
  await exec.inspect();
}

/** What start to first output is measured against: nothing but a container and an exec. */
export async function bareStart(docker: Docker, image: string): Promise<number> {
  const started = performance.now();
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['sleep', '600'],
    HostConfig: { Init: true, NetworkMode: 'none' },
    Labels: { 'stepwright.bench': 'bare' },
  });
  await container.start();
  await dockerodeExec(container, 'echo first');
  const ms = performance.now() - started;
  await container.remove({ force: true });
  return ms;
}
