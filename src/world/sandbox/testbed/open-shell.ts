// From an image, or from a snapshot, to a shell beside a repository that is ready for an attempt; nothing is left behind when that fails.
import { createContainer, DEFAULT_LIMITS, labelsOf, type Network } from '../container/container.ts';
import { DiskGuard, type WatchedEngine } from '../container/disk-guard.ts';
import { openAllowList } from '../network/allow-list.ts';
import type { OpenOptions } from '../sandbox.ts';
import { ContainerShell } from '../shell/container-shell.ts';
import { restoreTmp } from './commit.ts';
import { prepareRepository } from './repository.ts';

export interface OpenedContainer {
  shell: ContainerShell;
  guard: DiskGuard;
  /** Of the container, and of the network it is in. */
  dispose(): Promise<void>;
}

export interface OpenedShell extends OpenedContainer {
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
export async function openShell(engine: WatchedEngine, options: ShellOptions, files?: Files): Promise<OpenedShell> {
  const image = files?.image ?? options.imageId;
  const { docker } = engine;
  const allowed = options.network && (await openAllowList(docker, options.network.allow, labelsOf(options)));
  let opened: OpenedContainer | undefined;
  const dispose = async (): Promise<void> => {
    await opened?.dispose();
    await allowed?.[Symbol.asyncDispose]();
  };
  try {
    opened = await openContainer(engine, { ...options, image }, allowed);
    const { shell, guard } = opened;
    if (files !== undefined) await restoreTmp(shell);
    const base = files === undefined ? await prepareRepository(shell, options) : files.base;
    options.signal?.throwIfAborted();
    return { shell, guard, base, forked: files !== undefined, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A container that runs commands, with nothing prepared in it. What it writes is watched from its start on. */
export async function openContainer(
  { docker, disks }: WatchedEngine,
  options: OpenOptions,
  network?: Network,
): Promise<OpenedContainer> {
  const shell = new ContainerShell(docker, await createContainer(docker, options, network));
  const guard = new DiskGuard(disks, shell, { ...DEFAULT_LIMITS, ...options.limits });
  const dispose = (): Promise<void> => {
    guard.stop();
    return shell.dispose();
  };
  try {
    await shell.start();
    return { shell, guard, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
