// Removes our images that nobody needs: superseded builds, environments that are gone; under a budget also those used longest ago.
// Images that a container uses stay, and so do snapshots: they are the reaper's.
import type Docker from 'dockerode';
import { pushAll } from '../../../core/run/large-arrays.ts';
import { type Environment, imageOf } from '../../../core/schema/environment.ts';
import { LABEL } from '../container/owner.ts';
import { BASE_IMAGE } from './base-image.ts';
import { lastUse, readRecord } from './image-record.ts';
import { CONTENT_LABEL } from './image-state.ts';

export interface Pruned {
  removed: string[];
  /** As the engine counts each; layers that others share are not freed. */
  bytes: number;
}

/** Images that none of the environments to `keep` has, then, where there is a budget, as many more as it takes. */
export async function pruneImages(docker: Docker, keep: readonly Environment[], budgetBytes?: number): Promise<Pruned> {
  const unneeded = await pruneUnneeded(docker, keep);
  const unused = budgetBytes === undefined ? { removed: [], bytes: 0 } : await pruneToBudget(docker, budgetBytes);
  return { removed: [...unneeded.removed, ...unused.removed], bytes: unneeded.bytes + unused.bytes };
}

async function pruneUnneeded(docker: Docker, keep: readonly Environment[]): Promise<Pruned> {
  const kept = new Set([BASE_IMAGE, ...keep.map(imageOf)]);
  const ours = await docker.listImages({ filters: { label: [CONTENT_LABEL] } });
  const unneeded = ours.filter(
    ({ RepoTags, Labels }) => !isSnapshot(Labels) && !tagsOf(RepoTags).some((tag) => kept.has(tag)),
  );
  const pruned: Pruned = { removed: [], bytes: 0 };
  for (const image of unneeded) await prune(docker, image, pruned);
  return pruned;
}

/** Images that we built or pulled go, the one used longest ago first, until all the engine's layers fit into the budget. */
export async function pruneToBudget(docker: Docker, budgetBytes: number): Promise<Pruned> {
  const pruned: Pruned = { removed: [], bytes: 0 };
  for (const image of await leastRecentlyUsed(docker)) {
    if ((await layerBytes(docker)) <= budgetBytes) break;
    await prune(docker, image, pruned);
  }
  return pruned;
}

async function leastRecentlyUsed(docker: Docker): Promise<Docker.ImageInfo[]> {
  const dated = await Promise.all(
    (await docker.listImages()).map(async (image) => {
      const ours = image.Labels?.[CONTENT_LABEL] !== undefined || (await readRecord(image.Id)).pulled;
      const candidate = ours && !isSnapshot(image.Labels) && !tagsOf(image.RepoTags).includes(BASE_IMAGE);
      return candidate ? [{ image, used: (await lastUse(image.Id)) ?? image.Created * 1000 }] : [];
    }),
  );
  return dated
    .flat()
    .sort((a, b) => a.used - b.used)
    .map(({ image }) => image);
}

/** What all images take together, a shared layer counted once. */
async function layerBytes(docker: Docker): Promise<number> {
  return ((await docker.df()) as { LayersSize: number }).LayersSize;
}

async function prune(docker: Docker, { Id, RepoTags, Size }: Docker.ImageInfo, pruned: Pruned): Promise<void> {
  const tags = tagsOf(RepoTags);
  const removed: string[] = [];
  for (const name of tags.length > 0 ? tags : [Id]) if (await remove(docker, name)) removed.push(name);
  pushAll(pruned.removed, removed);
  if (removed.length > 0) pruned.bytes += Size;
}

const isSnapshot = (labels: Record<string, string> | undefined): boolean => (labels?.[LABEL.deadline] ?? '') !== '';

const tagsOf = (tags: readonly string[] | undefined): string[] => (tags ?? []).filter((tag) => tag !== '<none>:<none>');

const remove = (docker: Docker, name: string): Promise<boolean> =>
  docker
    .getImage(name)
    .remove()
    .then(
      () => true,
      () => false,
    );
