// Removes our images that nobody needs: superseded builds, environments that are gone. Images that a container uses stay.
import type Docker from 'dockerode';
import { type Environment, imageOf } from '../../schema/environment.ts';
import { BASE_IMAGE } from './base-image.ts';
import { CONTENT_LABEL } from './image-state.ts';

export interface Pruned {
  removed: string[];
  /** As the engine counts each; layers that others share are not freed. */
  bytes: number;
}

export async function pruneImages(docker: Docker, keep: readonly Environment[]): Promise<Pruned> {
  const kept = new Set([BASE_IMAGE, ...keep.map(imageOf)]);
  const ours = await docker.listImages({ filters: { label: [CONTENT_LABEL] } });
  const pruned: Pruned = { removed: [], bytes: 0 };
  for (const { Id, RepoTags, Size } of ours) {
    const tags = (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
    if (tags.some((tag) => kept.has(tag))) continue;
    const names = tags.length > 0 ? tags : [Id];
    for (const name of names) if (await remove(docker, name)) pruned.removed.push(name);
    pruned.bytes += Size;
  }
  return pruned;
}

const remove = (docker: Docker, name: string): Promise<boolean> =>
  docker
    .getImage(name)
    .remove()
    .then(
      () => true,
      () => false,
    );
