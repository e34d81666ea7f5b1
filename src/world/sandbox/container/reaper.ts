// Removes what runs that are dead (killed, crashed, past their deadline) left in the engine, and nothing else.
import type Docker from 'dockerode';
import { mapPool } from '../../../core/run/pool.ts';
import { isDead, LABEL } from './owner.ts';

const OURS = { all: true, filters: { label: [LABEL.deadline] } };
const AT_ONCE = 8;

interface Found {
  Id: string;
  Labels?: Record<string, string> | undefined;
}

/** Ids of the containers, networks and snapshots' images that were removed. One that is being removed elsewhere is left to that. */
export async function reap(docker: Docker): Promise<string[]> {
  const containers = await removeDead(await docker.listContainers(OURS), AT_ONCE, (id) =>
    docker.getContainer(id).remove({ force: true, v: true }),
  );
  // When no container uses them any more, and the newest first: a snapshot of a fork stands on the snapshot that was forked.
  const images = (await docker.listImages(OURS)).sort((a, b) => b.Created - a.Created);
  const networks = await removeDead(await docker.listNetworks(OURS), AT_ONCE, (id) => docker.getNetwork(id).remove());
  return [...containers, ...networks, ...(await removeDead(images, 1, (id) => docker.getImage(id).remove()))];
}

async function removeDead(
  found: readonly Found[],
  atOnce: number,
  remove: (id: string) => Promise<unknown>,
): Promise<string[]> {
  const dead = found.filter(({ Labels }) => isDead(Labels ?? {}));
  const removed = await mapPool(dead, atOnce, ({ Id }) =>
    remove(Id).then(
      () => [Id],
      () => [],
    ),
  );
  return removed.flat();
}
