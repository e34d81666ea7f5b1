// Environment images: built from their folders when missing or out of date, two at a time.
import type { Emit } from '../run/events.ts';
import { mapPool } from '../run/pool.ts';
import { type Environment, imageOf } from '../schema/environment.ts';
import { BASE_IMAGE, ensureBase } from './base-image.ts';
import { buildImage, type ImageSource, isUpToDate } from './build-image.ts';
import { checkDisk } from './disk.ts';
import { ensureEngine } from './ensure-engine.ts';
import { withLock } from './lock.ts';

export interface EnvironmentFolder {
  environment: Environment;
  /** Holds the Dockerfile. */
  dir: string;
}

const AT_ONCE = 2;
const NEEDED_BYTES_EACH = 0.5e9;

export const imageSource = ({ environment, dir }: EnvironmentFolder): ImageSource => ({
  tag: imageOf(environment),
  dir,
  from: BASE_IMAGE,
});

/** Ensures the engine, the base image and the image of every environment. Returns the tags that had to be built. */
export async function ensureImages(
  environments: readonly EnvironmentFolder[],
  options: { emit: Emit; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const { emit, signal } = options;
  const { docker } = await ensureEngine(emit);
  await ensureBase(docker, emit);
  const sources = environments.map(imageSource);
  const fresh = await Promise.all(sources.map((source) => isUpToDate(docker, source)));
  const due = sources.filter((_, index) => !fresh[index]);
  if (due.length === 0) return [];
  await checkDisk(docker, due.length * NEEDED_BYTES_EACH, `${due.length} environment images`);
  const build = (source: ImageSource) =>
    withLock(source.tag, async () => {
      if (await isUpToDate(docker, source)) return;
      emit({ type: 'note', text: `building ${source.tag}` });
      await buildImage(docker, source);
    });
  await mapPool(due, AT_ONCE, build, { signal });
  return due.map(({ tag }) => tag);
}
