// Whether the places that image builds download from answer. None is needed once the images are there.
import type Docker from 'dockerode';
import { messageOf } from '../schema/errors.ts';
import { findEngine } from './engine.ts';
import type { Check } from './health.ts';

const WITHIN_MS = 10_000;
const SITES = {
  npm: 'https://registry.npmjs.org/-/ping',
  PyPI: 'https://pypi.org/simple/pip/',
  Debian: 'http://deb.debian.org/debian/dists/bookworm/InRelease',
};

export async function registryChecks(): Promise<Check[]> {
  const engine = await findEngine();
  const images = 'docker' in engine ? [checkRegistry('container registry', () => manifest(engine.docker))] : [];
  const sites = Object.entries(SITES).map(([name, url]) => checkRegistry(name, () => head(url)));
  return Promise.all([...images, ...sites]);
}

async function checkRegistry(name: string, ask: () => Promise<void>): Promise<Check> {
  try {
    await ask();
    return { name, status: 'ok', detail: 'answers' };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    const detail = `does not answer (${messageOf(error)}${cause})`;
    if (name !== 'container registry')
      return { name, status: 'missing', detail, todo: 'images cannot be built without it' };
    return { name, status: 'missing', detail, todo: 'the base image is made with mmdebstrap instead' };
  }
}

async function head(url: string): Promise<void> {
  const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(WITHIN_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

async function manifest(docker: Docker): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`not within ${WITHIN_MS / 1000} s`)), WITHIN_MS).unref();
  });
  await Promise.race([docker.getImage('debian:bookworm-slim').distribution(), late]);
}
