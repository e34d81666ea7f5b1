// Environment images: built from their folders when missing or out of date, two at a time.

import { join } from 'node:path';
import type Docker from 'dockerode';
import { countOf } from '../../../core/run/count-of.ts';
import type { Emit } from '../../../core/run/events.ts';
import { mapPool } from '../../../core/run/pool.ts';
import { type Environment, imageOf } from '../../../core/schema/environment.ts';
import { environmentsDir } from '../../task/environments.ts';
import { checkDisk } from '../engine/disk.ts';
import { ensureEngine, requireEngine } from '../engine/ensure-engine.ts';
import { withLock } from '../engine/lock.ts';
import { BASE_IMAGE, ensureBase } from './base-image.ts';
import { buildImage } from './build-image.ts';
import { movedBases } from './built-from.ts';
import { type ImageSource, type ImageState, imageState } from './image-state.ts';

const AT_ONCE = 2;
const NEEDED_BYTES_EACH = 0.5e9;

export const imageSource = (environment: Environment, dir = environmentsDir()): ImageSource => ({
  tag: imageOf(environment),
  dir: join(dir, environment.name),
  from: BASE_IMAGE,
  network: 'host',
});

/** Ensures the engine, the base image and the image of every environment. Returns the tags that had to be built. */
export async function ensureImages(
  environments: readonly Environment[],
  options: { emit: Emit; signal?: AbortSignal | undefined; dir?: string },
): Promise<string[]> {
  const { emit, signal, dir } = options;
  const { docker } = await ensureEngine(emit);
  await ensureBase(docker, emit);
  const sources = environments.map((environment) => imageSource(environment, dir));
  const states = await Promise.all(sources.map((source) => imageState(docker, source)));
  const due = sources.filter((_, index) => states[index] !== 'built');
  if (due.length === 0) return [];
  await checkDisk(docker, due.length * NEEDED_BYTES_EACH, countOf(due.length, 'environment image'));
  await mapPool(due, AT_ONCE, (source) => ensureBuilt(docker, source, emit), { signal });
  return due.map(({ tag }) => tag);
}

/** Builds the image unless it is there as its folder says; whether it had to. */
export const ensureBuilt = (docker: Docker, source: ImageSource, emit: Emit): Promise<boolean> =>
  withLock(source.tag, async () => {
    if ((await imageState(docker, source)) === 'built') return false;
    emit({ type: 'note', text: `building ${source.tag}` });
    await buildImage(docker, source);
    return true;
  });

/** A sentence for each image that was built on what its base's tag no longer means. */
export async function movedBasesOf(environments: readonly Environment[]): Promise<string[]> {
  const { docker } = await requireEngine();
  const tags = [BASE_IMAGE, ...environments.map(imageOf)];
  return (await Promise.all(tags.map((tag) => movedBases(docker, tag)))).flat();
}

export interface ListedImage {
  name: string;
  repo: string;
  image: string;
  state: ImageState;
}

export const listImages = (docker: Docker, environments: readonly Environment[]): Promise<ListedImage[]> =>
  Promise.all(
    environments.map(async (environment) => ({
      name: environment.name,
      repo: environment.repo,
      image: imageOf(environment),
      state: await imageState(docker, imageSource(environment)),
    })),
  );
