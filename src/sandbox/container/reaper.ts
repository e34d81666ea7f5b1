// Removes the containers of runs that are dead (killed, crashed, past their deadline), and no others.
import type Docker from 'dockerode';
import { isDead, LABEL } from './owner.ts';

/** Ids of the containers that were removed. One that is being removed elsewhere is left to that. */
export async function reap(docker: Docker): Promise<string[]> {
  const ours = await docker.listContainers({ all: true, filters: { label: [LABEL.deadline] } });
  const dead = ours.filter((container) => isDead(container.Labels));
  const removed = await Promise.all(
    dead.map(async ({ Id }) => {
      try {
        await docker.getContainer(Id).remove({ force: true, v: true });
        return [Id];
      } catch {
        return [];
      }
    }),
  );
  return removed.flat();
}
