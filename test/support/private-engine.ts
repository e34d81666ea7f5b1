// A Docker daemon of the test's own, which it may stop, start and fill: nothing of it is shared with the machine's engine.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { BASE_IMAGE } from '../../src/world/sandbox/images/base-image.ts';
import { testSandboxes } from './sandbox.ts';

export interface PrivateEngine extends AsyncDisposable {
  docker: Docker;
  /** Holds what the control shell needs, and an empty /testbed. */
  image: string;
  /** Makes an image of 3 MB that holds no program; returns its id. */
  importFile(name: string, labels: Record<string, string>): Promise<string>;
  /** Copies an image of the machine's engine. */
  copyImage(name: string): Promise<void>;
  /** Ends the daemon, and with it the containers, then starts it again. */
  restart(): Promise<void>;
  /** The daemon answers nothing until it is resumed; containers go on. */
  pause(): void;
  resume(): void;
}

const PROGRAMS =
  'sh bash cat setsid base64 env mkdir rm cp mv ls sleep head touch seq ps kill tar tee cut stat sort mktemp dirname chmod tr git find xargs sed grep dd wc ln mkfifo readlink dirname basename awk cmp df id tail patch date test comm uniq rmdir';

/** `args` are the daemon's. */
export async function startPrivateEngine(args: readonly string[] = []): Promise<PrivateEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'stepwright-dockerd-'));
  const socket = join(dir, 'docker.sock');
  const docker = new Docker({ socketPath: socket });
  const start = async (): Promise<ChildProcess> => {
    const places = ['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec'), '-p', join(dir, 'pid')];
    const network = ['--bridge=none', '--iptables=false', '--ip6tables=false'];
    // In a network namespace of its own: a daemon without a bridge removes docker0, which is the machine's engine's.
    const command = ['--net', 'dockerd', ...places, '-H', `unix://${socket}`, ...network, ...args];
    const daemon = spawn('unshare', command, { stdio: 'ignore' });
    for (let tries = 0; ; tries++) {
      if (await docker.ping().catch(() => undefined)) return daemon;
      if (daemon.exitCode !== null || tries > 300) throw new Error(`dockerd ended with ${daemon.exitCode}`);
      await sleep(100);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    daemon.kill('SIGCONT');
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill(signal);
    await once(daemon, 'exit');
  };
  let daemon = await start();
  const image = 'stepwright/minimal:1';
  const importTar = async (name: string, tar: Buffer, labels: Record<string, string>): Promise<string> => {
    const [repo = '', tag = ''] = name.split(':');
    const changes = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${value}`);
    const stream = (await docker.importImage(Readable.from([tar]), { repo, tag, changes })) as unknown;
    await drain(docker, stream as NodeJS.ReadableStream);
    return (await docker.getImage(name).inspect()).Id;
  };
  await importTar(image, await minimalSystem(), {});
  return {
    docker,
    image,
    importFile: (name, labels) => importTar(name, tarOfNoise(dir), labels),
    copyImage: async (name) => {
      const archive = await (await testSandboxes()).docker.getImage(name).get();
      await drain(docker, await docker.loadImage(archive));
    },
    restart: async () => {
      await end('SIGTERM');
      daemon = await start();
    },
    pause: () => void daemon.kill('SIGSTOP'),
    resume: () => void daemon.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM');
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A tar of a few of the base image's programs with their libraries: 8 MB instead of 400. */
async function minimalSystem(): Promise<Buffer> {
  const { backend } = await testSandboxes();
  await using box = await backend.open({ image: BASE_IMAGE });
  const made = await box.exec(
    `set -e; for p in ${PROGRAMS}; do type -P $p; done > /tmp/files
     ldd $(cat /tmp/files) | grep -oE '/[^ ]+' | grep -v ':$' > /tmp/libraries
     mkdir -p /tmp/root/testbed && sort -u /tmp/files /tmp/libraries | xargs -I{} cp --parents -L {} /tmp/root
     ln -s usr/bin /tmp/root/bin; tar -C /tmp/root -cf /tmp/root.tar .`,
    { cwd: '/' },
  );
  if (made.exitCode !== 0) throw new Error(made.output);
  return await box.readFile('/tmp/root.tar');
}

function tarOfNoise(dir: string): Buffer {
  writeFileSync(join(dir, 'noise'), randomBytes(3_000_000));
  return execFileSync('tar', ['-C', dir, '-cf', '-', 'noise'], { maxBuffer: 8_000_000 });
}

const drain = (docker: Docker, stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve, reject) => docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())));
