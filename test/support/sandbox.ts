// Real sandboxes for tests: the engine (started or installed where it is missing), the base image, and a small repository on it.
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { silent } from '../../src/core/run/events.ts';
import { openBackend } from '../../src/world/sandbox/backend.ts';
import { ensureEngine } from '../../src/world/sandbox/engine/ensure-engine.ts';
import { BASE_IMAGE, ensureBase } from '../../src/world/sandbox/images/base-image.ts';
import { buildImage } from '../../src/world/sandbox/images/build-image.ts';
import { type ImageSource, imageState } from '../../src/world/sandbox/images/image-state.ts';
import type { OpenOptions, Sandbox, SandboxBackend } from '../../src/world/sandbox/sandbox.ts';

export interface TestSandboxes {
  docker: Docker;
  backend: SandboxBackend;
  /** Has /testbed with README.md, src/app.py, run.sh, data.bin, crlf.txt and an ignored folder. */
  image: string;
  open(options?: Partial<OpenOptions>): Promise<Sandbox>;
}

const source: ImageSource = {
  tag: 'stepwright/test-sandbox:1',
  dir: fileURLToPath(new URL('../fixtures/sandbox-image', import.meta.url)),
  from: BASE_IMAGE,
};

export async function testSandboxes(): Promise<TestSandboxes> {
  const { docker } = await ensureEngine(silent);
  await ensureBase(docker, silent);
  if ((await imageState(docker, source)) !== 'built') await buildImage(docker, source);
  const backend = await openBackend();
  return { docker, backend, image: source.tag, open: (options) => backend.open({ image: source.tag, ...options }) };
}

/**
 * What the engine, not the container, says runs in it: command lines without init, our own waiting shells, what reads
 * away the output of background processes, and the dead. */
export async function processesOf(docker: Docker, id: string): Promise<string[]> {
  const { Processes } = (await docker.getContainer(id).top({ ps_args: '-eo pid,args' })) as { Processes: string[][] };
  return Processes.map((row) => row.slice(1).join(' ')).filter(
    (line) =>
      !/docker-init|^\/bin\/sh$|^\/var\/lib\/stepwright\/sh |^(\S*setsid )?\/\S*\/bash$|^\/\S*\/cat$|<defunct>/.test(
        line,
      ),
  );
}
