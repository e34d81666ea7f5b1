// From an image, or from a snapshot, to a shell beside a repository that is ready for an attempt; nothing is left behind when that fails.
import type Docker from 'dockerode';
import { createContainer, labelsOf } from '../container/container.ts';
import { openAllowList } from '../network/allow-list.ts';
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
  /** Of the container and its network. */
  dispose(): Promise<void>;
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
  const allowed = options.network && (await openAllowList(docker, options.network.allow, labelsOf(options)));
  let shell: ContainerShell | undefined;
  const dispose = async (): Promise<void> => {
    await shell?.dispose();
    await allowed?.[Symbol.asyncDispose]();
  };
  try {
    shell = new ContainerShell(await createContainer(docker, { ...options, image }, allowed));
    await shell.start();
    if (files !== undefined) await restoreTmp(shell);
    const base = files === undefined ? await prepareRepository(shell, options) : files.base;
    options.signal?.throwIfAborted();
    return { shell, base, forked: files !== undefined, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
