// Whether the places that image builds download from answer, as this machine's own clients are set up (a company's mirror included).
// None is needed once the images are there.
import type Docker from 'dockerode';
import { execa } from 'execa';
import { messageOf } from '../../../core/schema/errors.ts';
import { findEngine } from '../engine/engine.ts';
import type { Check } from './check.ts';

const WITHIN_MS = 10_000;

/** A look-up by each client that costs next to nothing. */
const CLIENTS: Record<string, () => Promise<unknown>> = {
  npm: () => ask('npm', ['ping']),
  PyPI: () => ask('python3', ['-m', 'pip', 'index', 'versions', 'pip']),
  Debian: debianSite,
};

export async function registryChecks(): Promise<Check[]> {
  const engine = await findEngine();
  const images = 'docker' in engine ? [checkRegistry('container registry', () => manifest(engine.docker))] : [];
  const clients = Object.entries(CLIENTS).map(([name, lookUp]) => checkRegistry(name, lookUp));
  return Promise.all([...images, ...clients]);
}

async function checkRegistry(name: string, lookUp: () => Promise<unknown>): Promise<Check> {
  try {
    await lookUp();
    return { name, status: 'ok', detail: 'answers' };
  } catch (error) {
    const todo =
      name === 'container registry'
        ? 'the base image is made with mmdebstrap instead'
        : 'images cannot be built without it';
    return { name, status: 'missing', detail: `does not answer (${shortMessageOf(error)})`, todo };
  }
}

const ask = (program: string, args: readonly string[]) => execa(program, args, { timeout: WITHIN_MS, stdin: 'ignore' });

/** What apt would look at first. */
async function debianSite(): Promise<void> {
  const { stdout } = await ask('apt-get', ['indextargets', '--format', '$(REPO_URI)dists/$(RELEASE)/InRelease']);
  const [release = ''] = stdout.split('\n');
  const response = await fetch(release, { method: 'HEAD', signal: AbortSignal.timeout(WITHIN_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

const shortMessageOf = (error: unknown): string =>
  error instanceof Error && 'shortMessage' in error ? String(error.shortMessage) : messageOf(error);

async function manifest(docker: Docker): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`not within ${WITHIN_MS / 1000} s`)), WITHIN_MS).unref();
  });
  await Promise.race([docker.getImage('debian:bookworm-slim').distribution(), late]);
}
