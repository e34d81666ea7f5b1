// The container engine: the one that answers, among those that the environment names and the usual sockets.
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { messageOf } from '../../../core/schema/errors.ts';
import { createAgent } from './read-in-place.ts';

export interface Engine {
  docker: Docker;
  /** DOCKER_HOST or the socket's path. */
  address: string;
}

const ANSWER_WITHIN_MS = 5000;

/** DOCKER_HOST alone when it is set; a user who names an engine wants no other. */
export function engineAddresses(env: NodeJS.ProcessEnv = process.env): string[] {
  if (env.DOCKER_HOST) return [env.DOCKER_HOST];
  const user = env.XDG_RUNTIME_DIR
    ? [`unix://${env.XDG_RUNTIME_DIR}/docker.sock`, `unix://${env.XDG_RUNTIME_DIR}/podman/podman.sock`]
    : [];
  return ['unix:///var/run/docker.sock', ...user, 'unix:///run/podman/podman.sock'];
}

/** The first engine that answers, or why each does not. */
export async function findEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine | { tried: string[] }> {
  const tried: string[] = [];
  for (const address of engineAddresses(env)) {
    const docker = connect(address);
    try {
      await answerOf(docker);
      return { docker, address };
    } catch (error) {
      tried.push(`${address} (${(error as NodeJS.ErrnoException).code ?? messageOf(error)})`);
    }
  }
  return { tried };
}

async function answerOf(docker: Docker): Promise<void> {
  const late = sleep(ANSWER_WITHIN_MS, 'late', { ref: false });
  if ((await Promise.race([docker.ping(), late])) === 'late')
    throw new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`);
}

function connect(address: string): Docker {
  const unix = 'unix://';
  // tcp:// and ssh:// with their certificates and agents: dockerode reads DOCKER_HOST itself.
  return createDocker(address.startsWith(unix) ? { socketPath: address.slice(unix.length) } : {});
}

/** A client whose attached streams can be read in place. */
export function createDocker(options: Docker.DockerOptions): Docker {
  const docker = new Docker(options);
  const modem = docker.modem as { protocol?: string; agent?: unknown };
  modem.agent = createAgent(modem.protocol);
  return docker;
}
