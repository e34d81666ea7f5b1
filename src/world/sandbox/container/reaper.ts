// Removes what runs that are dead (killed, crashed, past their deadline) left in the engine, and nothing else.
import type Docker from 'dockerode';
import { mapPool } from '../../../core/run/pool.ts';
import { leasesOf } from './lease.ts';
import { isDead, LABEL } from './owner.ts';

const OURS = { all: true, filters: { label: [LABEL.deadline] } };
const AT_ONCE = 8;

interface Found {
  Id: string;
  Labels?: Record<string, string> | undefined;
}

/** Ids of the containers, networks and snapshots' images that were removed. One that is being removed elsewhere is left to that. */
export async function reap(docker: Docker): Promise<string[]> {
  const isLost = await judgeOwners(docker);
  const containers = await removeDead((await docker.listContainers(OURS)).filter(isLost), AT_ONCE, (id) =>
    docker.getContainer(id).remove({ force: true, v: true }),
  );
  // When no container uses them any more, and the newest first: a snapshot of a fork stands on the snapshot that was forked.
  const images = (await docker.listImages(OURS)).filter(isLost).sort((a, b) => b.Created - a.Created);
  const networks = await removeDead((await docker.listNetworks(OURS)).filter(isLost), AT_ONCE, (id) =>
    docker.getNetwork(id).remove(),
  );
  const leases = (await leasesOf(docker)).map(({ Name, Labels }) => ({ Id: Name, Labels })).filter(isLost);
  await removeDead(leases, AT_ONCE, (name) => docker.getVolume(name).remove());
  return [...containers, ...networks, ...(await removeDead(images, 1, (id) => docker.getImage(id).remove()))];
}

/** By the latest deadline that an owner has given. */
async function judgeOwners(docker: Docker): Promise<(found: Pick<Found, 'Labels'>) => boolean> {
  const deadlines = new Map<string, number>();
  for (const { Labels } of await leasesOf(docker)) {
    const [owner = '', deadline] = [Labels[LABEL.owner], Number(Labels[LABEL.deadline])];
    deadlines.set(owner, Math.max(deadlines.get(owner) ?? 0, deadline));
  }
  return ({ Labels: labels = {} }) => {
    const later = deadlines.get(labels[LABEL.owner] ?? '');
    return isDead(labels) && (later === undefined || isDead({ ...labels, [LABEL.deadline]: String(later) }));
  };
}

async function removeDead(
  found: readonly Found[],
  atOnce: number,
  remove: (id: string) => Promise<unknown>,
): Promise<string[]> {
  const removed = await mapPool(found, atOnce, ({ Id }) =>
    remove(Id).then(
      () => [Id],
      () => [],
    ),
  );
  return removed.flat();
}
