// Whether an image is what its folder says: a label carries the hash of all that it was built from.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';

export const CONTENT_LABEL = 'stepwright.content';

export interface ImageSource {
  tag: string;
  dir: string;
  /** The image it builds on, when another build of that makes this one out of date. */
  from?: string;
  args?: Record<string, string>;
  /** Of the commands that build it; default none. Only what Stepwright or its user wrote may fetch anything. */
  network?: 'host';
}

export type ImageState = 'built' | 'out of date' | 'missing';

export async function imageState(docker: Docker, source: ImageSource): Promise<ImageState> {
  const image = await inspectImage(docker, source.tag);
  if (image === undefined) return 'missing';
  return image.Config.Labels?.[CONTENT_LABEL] === (await contentHash(docker, source)) ? 'built' : 'out of date';
}

export async function contentHash(docker: Docker, { dir, from }: ImageSource): Promise<string> {
  const hash = createHash('sha256');
  if (from !== undefined) hash.update((await inspectImage(docker, from))?.Id ?? '');
  for (const name of await filesOf(dir)) {
    const { mode } = await stat(join(dir, name));
    hash.update(JSON.stringify([name, mode & 0o111])).update(await readFile(join(dir, name)));
  }
  return hash.digest('hex');
}

/** Undefined when there is no such image. */
export const inspectImage = (docker: Docker, tag: string): Promise<Docker.ImageInspectInfo | undefined> =>
  docker
    .getImage(tag)
    .inspect()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });

export async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1)).sort();
}
