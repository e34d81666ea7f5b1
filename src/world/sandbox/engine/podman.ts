// Podman by its Docker-compatible socket: the one of a service that runs, or of one that lives as long as it is used.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Emit } from '../../../core/run/events.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { createDocker } from './engine.ts';
import { ensurePrograms } from './host-packages.ts';

const ANSWERS_WITHIN_MS = 20_000;

export interface Podman extends AsyncDisposable {
  docker: Docker;
}

/** Whether an engine that speaks Docker's language is Podman. */
export function isPodman(docker: Docker): Promise<boolean> {
  const known = engines.get(docker);
  if (known) return known;
  const asked = docker.version().then(({ Components = [] }) => Components.some(({ Name }) => Name === 'Podman Engine'));
  engines.set(docker, asked);
  asked.catch(() => engines.delete(docker));
  return asked;
}

const engines = new WeakMap<Docker, Promise<boolean>>();

/** Installs what is missing, or throws a ConfigError that says what it is. */
export async function openPodman(emit: Emit): Promise<Podman> {
  const running = await findPodman();
  return running ? { docker: running, [Symbol.asyncDispose]: async () => undefined } : startPodman(emit);
}

/** A service of the system or of the user. */
async function findPodman(): Promise<Docker | undefined> {
  for (const dir of ['/run', process.env.XDG_RUNTIME_DIR]) {
    const docker = createDocker({ socketPath: `${dir}/podman/podman.sock` });
    if (dir !== undefined && (await docker.ping().catch(() => false))) return docker;
  }
  return undefined;
}

/** Where other distributions keep it. */
const OWN_INIT = '/usr/libexec/podman/catatonit';

async function startPodman(emit: Emit): Promise<Podman> {
  const hybrid = await isHybrid();
  const programs = {
    podman: 'podman',
    ...(!existsSync(OWN_INIT) && { catatonit: 'catatonit' }),
    ...(hybrid && { runc: 'runc' }),
  };
  await ensurePrograms(programs, emit);
  const dir = await mkdtemp(join(tmpdir(), 'stepwright-podman-'));
  const socketPath = join(dir, 'podman.sock');
  const runtime = hybrid ? ['--runtime', 'runc'] : [];
  const service = spawn('podman', [...runtime, 'system', 'service', '--time=0', `unix://${socketPath}`], {
    // conmon leaves a file where it runs when the memory limit has ended something.
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  service.stderr.on('data', (chunk: Buffer) => {
    said = chunk.toString().trim();
  });
  const docker = createDocker({ socketPath });
  const dispose = async (): Promise<void> => {
    service.kill();
    await rm(dir, { recursive: true, force: true });
  };
  for (let waited = 0; waited < ANSWERS_WITHIN_MS && service.exitCode === null; waited += 100) {
    if (await docker.ping().catch(() => false)) return { docker, [Symbol.asyncDispose]: dispose };
    await sleep(100);
  }
  await dispose();
  throw new ConfigError(`podman system service does not answer: ${said || 'it says nothing'}.`);
}

/** Both versions of cgroups are mounted: crun, Podman's default, starts nothing there. */
async function isHybrid(): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return /^\S+ \S+ cgroup /m.test(mounts);
}
