// From an image to a shell beside a repository that is ready for an attempt; nothing is left behind when that fails.
import type Docker from 'dockerode';
import { createContainer } from '../container/container.ts';
import type { OpenOptions } from '../sandbox.ts';
import { ContainerShell } from '../shell/container-shell.ts';
import { prepareRepository } from './repository.ts';

export interface OpenedShell {
  shell: ContainerShell;
  /** The only commit of /testbed; undefined where the image has no repository. */
  base: string | undefined;
}

export async function openShell(docker: Docker, options: OpenOptions): Promise<OpenedShell> {
  const shell = new ContainerShell(await createContainer(docker, options));
  try {
    await shell.start();
    const base = await prepareRepository(shell, options);
    options.signal?.throwIfAborted();
    return { shell, base };
  } catch (error) {
    await shell.dispose();
    throw error;
  }
}
