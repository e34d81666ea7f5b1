// Images that cases run in where none is named, made of this machine's programs, so that no registry is needed: its static busybox
// alone, and with bash, git and a repository beside it.
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import type { Emit } from '../../../core/run/events.ts';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { ensurePrograms } from '../engine/host-packages.ts';
import { inspectImage } from '../images/image-state.ts';

export const CONFORMANCE_IMAGES = {
  full: 'stepwright/conformance:1',
  busybox: 'stepwright/conformance-busybox:1',
} as const;

/** By the program that each brings. */
const PACKAGES = { busybox: 'busybox-static', bash: 'bash', git: 'git' };

const FOLDERS = ['bin', 'etc', 'proc', 'root', 'sys', 'testbed', 'tmp', 'var/lib'];

/** Made where the engine does not have it. */
export async function ensureConformanceImage(
  docker: Docker,
  kind: keyof typeof CONFORMANCE_IMAGES,
  emit: Emit,
): Promise<string> {
  const name = CONFORMANCE_IMAGES[kind];
  if (await inspectImage(docker, name)) return name;
  await ensurePrograms(PACKAGES, emit, 'name an image with --image');
  const dir = await mkdtemp(join(tmpdir(), 'stepwright-conformance-'));
  try {
    await fill(dir);
    if (kind === 'full') await addRepository(dir);
    const tar = execa('tar', ['-C', dir, '--owner=0', '--group=0', '-c', '.'], { encoding: 'buffer' });
    await importImage(docker, name, tar.stdout);
    await tar;
    return name;
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function fill(dir: string): Promise<void> {
  const busybox = await whereIs('busybox');
  await chmod(dir, 0o755);
  for (const folder of FOLDERS) await mkdir(join(dir, folder), { recursive: true });
  await writeFile(join(dir, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await copyFile(busybox, join(dir, 'bin/busybox'));
  const { stdout: applets } = await execa(busybox, ['--list']);
  const names = applets.split('\n').filter((name) => name !== 'busybox');
  await Promise.all(names.map((name) => symlink('busybox', join(dir, 'bin', name))));
}

const COMMIT = 'git init -q && git add -A && git -c user.name=a -c user.email=a commit -qm base';

/** bash and git, with the libraries that they are linked to, and a repository with one commit. */
async function addRepository(dir: string): Promise<void> {
  for (const name of ['bash', 'git']) {
    const program = await whereIs(name);
    const { stdout: libraries } = await execa('ldd', [program]);
    const copies = [...libraries.matchAll(/\/\S+/g)].map(([path]): [string, string] => [path, path]);
    for (const [from, to] of [...copies, [program, `/bin/${basename(program)}`] as const]) {
      await mkdir(join(dir, dirname(to)), { recursive: true });
      await copyFile(from, join(dir, to));
    }
  }
  const testbed = join(dir, 'testbed');
  await writeFile(join(testbed, 'file.txt'), 'one\ntwo\nthree\n');
  await writeFile(join(testbed, '.gitignore'), '*.log\n');
  await execa('sh', ['-c', COMMIT], {
    cwd: testbed,
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
}

const whereIs = async (program: string): Promise<string> => (await execa('sh', ['-c', `command -v ${program}`])).stdout;

async function importImage(docker: Docker, name: string, tar: NodeJS.ReadableStream): Promise<void> {
  try {
    // Docker takes the tag apart from the name or with it; Podman only with it.
    const stream = await docker.importImage(tar, { repo: name });
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
    );
  } catch (error) {
    throw new ConfigError(`Cannot import ${name}: ${messageOf(error)}`, { cause: error });
  }
}
