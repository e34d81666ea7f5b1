// From an image, or from a snapshot, to a shell beside a repository that is ready for an attempt; nothing is left behind when that fails.
import type Docker from 'dockerode';
import { createContainer } from '../container/container.ts';
import type { OpenOptions } from '../sandbox.ts';
import { ContainerShell } from '../shell/container-shell.ts';
import { restoreTmp } from './commit.ts';
import { prepareRepository } from './repository.ts';

export interface OpenedShell {
  shell: ContainerShell;
  /** The only commit of /testbed; undefined where the image has no repository. */
  base: string | undefined;
  /** From another sandbox's files. */
  forked: boolean;
}

/** What a snapshot was taken of. */
export interface Files {
  image: string;
  base: string | undefined;
}

export interface ShellOptions extends OpenOptions {
  /** Of `image`, which may have lost its name meanwhile. */
  imageId: string;
}

/** With `files`, the repository is as they have it: nothing is prepared. */
export async function openShell(docker: Docker, options: ShellOptions, files?: Files): Promise<OpenedShell> {
  const image = files?.image ?? options.imageId;
  const shell = new ContainerShell(await createContainer(docker, { ...options, image }));
  try {
    await shell.start();
    if (files !== undefined) await restoreTmp(shell);
    const base = files === undefined ? await prepareRepository(shell, options) : files.base;
    options.signal?.throwIfAborted();
    return { shell, base, forked: files !== undefined };
  } catch (error) {
    await shell.dispose();
    throw error;
  }
}
