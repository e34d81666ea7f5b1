// The base image: Debian from a registry, or made from Debian's packages where no registry answers, and on it envs/base.
import type Docker from 'dockerode';
import { execa } from 'execa';
import type { Emit } from '../../../core/run/events.ts';
import { shipped } from '../../../core/run/paths.ts';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { checkDisk } from '../engine/disk.ts';
import { ensurePrograms } from '../engine/host-packages.ts';
import { withLock } from '../engine/lock.ts';
import { buildImage } from './build-image.ts';
import { builtFrom } from './built-from.ts';
import { type ImageSource, imageState, inspectImage } from './image-state.ts';
import { pullImage } from './pull.ts';

export const BASE_IMAGE = 'stepwright/base:1';

const PULLED = 'debian:bookworm-slim';
const BOOTSTRAPPED = 'stepwright/debian:bookworm';
const REGISTRY_WITHIN_MS = 10_000;
export const NEEDED_BYTES = 1.5e9;

export const baseSource: ImageSource = { tag: BASE_IMAGE, dir: shipped('envs', 'base'), network: 'host' };

/** Builds `stepwright/base:1` unless it is there as envs/base says. */
export async function ensureBase(docker: Docker, emit: Emit): Promise<void> {
  const pinned = process.env.STEPWRIGHT_DEBIAN || undefined;
  if (await isBuilt(docker, pinned)) return;
  await withLock(BASE_IMAGE, async () => {
    if (await isBuilt(docker, pinned)) return;
    await checkDisk(docker, NEEDED_BYTES, `image ${BASE_IMAGE}`);
    const debian = pinned === undefined ? await ensureDebian(docker, emit) : await ensurePinned(docker, pinned, emit);
    emit({ type: 'note', text: `building ${BASE_IMAGE} on ${debian}` });
    await buildImage(docker, { ...baseSource, args: { DEBIAN: debian, NPM_REGISTRY: await npmRegistry() } });
  });
}

const isBuilt = async (docker: Docker, pinned: string | undefined): Promise<boolean> =>
  (await imageState(docker, baseSource)) === 'built' &&
  (pinned === undefined || (await builtFrom(docker, BASE_IMAGE)).some(({ name }) => name === pinned));

/** Nothing else will do: whoever names an image by its digest wants that one. */
async function ensurePinned(docker: Docker, pinned: string, emit: Emit): Promise<string> {
  if (!/(?:^|@)sha256:[0-9a-f]{64}$/.test(pinned))
    throw new ConfigError(
      `STEPWRIGHT_DEBIAN: ${pinned} names no digest, so that it may be another image tomorrow. Give name@sha256:…, or an image's id (sha256:…).`,
    );
  if ((await inspectImage(docker, pinned)) === undefined) await pullImage(docker, pinned, { emit });
  return pinned;
}

/** The host's, so that a company's mirror serves the build too; ends in a slash. */
async function npmRegistry(): Promise<string> {
  const { stdout } = await execa('npm', ['config', 'get', 'registry'], { stdin: 'ignore' });
  return stdout.trim().replace(/\/*$/, '/');
}

async function ensureDebian(docker: Docker, emit: Emit): Promise<string> {
  for (const tag of [PULLED, BOOTSTRAPPED]) if (await inspectImage(docker, tag)) return tag;
  emit({ type: 'note', text: `pulling ${PULLED}` });
  if (await pull(docker, PULLED)) return PULLED;
  emit({ type: 'note', text: 'no registry answers: making Debian from its packages with mmdebstrap' });
  await bootstrap(docker, emit);
  return BOOTSTRAPPED;
}

/** False when the registry does not begin to answer in time, or not with the image. */
async function pull(docker: Docker, tag: string): Promise<boolean> {
  // Aborted, not only left: a request that nobody waits for would keep the process from ending.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), REGISTRY_WITHIN_MS);
  try {
    const stream = await docker.pull(tag, { abortSignal: late.signal }).finally(() => clearTimeout(timer));
    return await new Promise((resolve) => docker.modem.followProgress(stream, (error) => resolve(!error)));
  } catch {
    return false;
  }
}

async function bootstrap(docker: Docker, emit: Emit): Promise<void> {
  await ensurePrograms({ mmdebstrap: 'mmdebstrap' }, emit, `pull ${PULLED} into the engine`);
  const debian = execa('mmdebstrap', ['--variant=minbase', '--quiet', 'bookworm', '-'], {
    stdin: 'ignore',
    buffer: { stdout: false },
  });
  const [repo, version] = BOOTSTRAPPED.split(':') as [string, string];
  const imported = docker.importImage(debian.stdout, { repo, tag: version });
  try {
    await Promise.all([debian, imported]);
  } catch (error) {
    await docker
      .getImage(BOOTSTRAPPED)
      .remove()
      .catch(() => undefined);
    throw new ConfigError(`Cannot make a Debian image: ${messageOf(error)}`, { cause: error });
  }
}
