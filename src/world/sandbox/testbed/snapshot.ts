// A snapshot's lifetime: its image is gone when it and every sandbox opened from it are.
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import type { Sandbox, Snapshot } from '../sandbox.ts';

export function createSnapshot(
  docker: Docker,
  image: string,
  open: (image: string, options?: { signal?: AbortSignal }) => Promise<Sandbox>,
): Snapshot {
  let holders = 1;
  const release = async (): Promise<void> => {
    if (--holders === 0) await removeImage(docker, image);
  };
  let disposed: Promise<void> | undefined;
  const dispose = (): Promise<void> => {
    disposed ??= release();
    return disposed;
  };
  return {
    id: image,
    open: async (options) => {
      if (disposed) throw new SandboxError(`Snapshot ${image.slice(7, 19)} is disposed. Take another one.`);
      holders++;
      try {
        return releasing(await open(image, options), release);
      } catch (error) {
        await release();
        throw error;
      }
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The sandbox, but that `release` runs when it is gone. */
function releasing(box: Sandbox, release: () => Promise<void>): Sandbox {
  let disposed: Promise<void> | undefined;
  const dispose = (): Promise<void> => {
    disposed ??= box.dispose().finally(release);
    return disposed;
  };
  return {
    ...box,
    // A spread takes what it is now.
    get restarts() {
      return box.restarts;
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** One that a snapshot of a fork stands on is left to that: it goes with it. */
async function removeImage(docker: Docker, image: string): Promise<void> {
  await docker
    .getImage(image)
    .remove()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 409)
        throw new SandboxError(`Cannot remove snapshot ${image.slice(7, 19)}: ${messageOf(error)}`, { cause: error });
    });
}
