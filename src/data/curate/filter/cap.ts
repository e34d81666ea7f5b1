// At most so many trajectories of an instance, chosen by a seeded draw that depends on their ids and not on their order.
import { createRandom } from '../../../core/run/random.ts';
import type { Trajectory } from '../../../core/schema/trajectory.ts';

export interface Cap {
  add(trajectory: Trajectory, index: number): void;
  /** By index: whether it stays. */
  draw(): Map<number, boolean>;
}

export function openCap(max: number, seed: number): Cap {
  const groups = new Map<string, { lot: number; index: number }[]>();
  return {
    // A trajectory that does not name its instance is alone.
    add({ trajectory_id, instance_id = `\0${trajectory_id}` }, index) {
      const drawn = { lot: createRandom(`${seed}\0${trajectory_id}`)(), index };
      const group = groups.get(instance_id);
      if (group) group.push(drawn);
      else groups.set(instance_id, [drawn]);
    },
    draw: () =>
      new Map(
        [...groups.values()].flatMap((group) =>
          group
            .sort((a, b) => a.lot - b.lot || a.index - b.index)
            .map(({ index }, place): [number, boolean] => [index, place < max]),
        ),
      ),
  };
}
