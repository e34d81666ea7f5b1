// Where each trajectory is replayed: in the image that was asked for, at its instance, or in the image that the recording names.
import { TaskError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { loadInstances, suiteNames } from '../../world/task/load.ts';
import type { ReplayPlace } from './replay-all.ts';

export interface ReplayPlaces {
  places: Map<Trajectory, ReplayPlace>;
  /** Their instance is not known. Run without its bug, they would look wrong. */
  unknown: Trajectory[];
}

export async function findPlaces(
  trajectories: readonly Trajectory[],
  { image, tasks }: { image?: string | undefined; tasks: readonly string[] },
): Promise<ReplayPlaces> {
  if (image !== undefined) return { places: new Map(trajectories.map((one) => [one, { image }])), unknown: [] };
  const byId = await loadById(tasks.length > 0 ? tasks : await suiteNames());
  const remembered = trajectories.filter(({ instance_id = '' }) => !byId.has(instance_id)).map(suiteOf);
  const bySuite = new Map<string | undefined, ReadonlyMap<string, Instance>>();
  for (const suite of new Set(remembered)) if (suite !== undefined) bySuite.set(suite, await loadIfThere(suite));
  const places = new Map<Trajectory, ReplayPlace>();
  for (const trajectory of trajectories) {
    const { instance_id = '' } = trajectory;
    const place = placeOf(trajectory, byId.get(instance_id) ?? bySuite.get(suiteOf(trajectory))?.get(instance_id));
    if (place !== undefined) places.set(trajectory, place);
  }
  return { places, unknown: trajectories.filter((trajectory) => !places.has(trajectory)) };
}

/** An image that another tool names holds the bug; Stepwright's do not, since it plants the bug when it opens the sandbox. */
function placeOf({ environment, provenance }: Trajectory, instance: Instance | undefined): ReplayPlace | undefined {
  if (instance !== undefined) return { image: instance.image, instance };
  if (provenance.source_format === 'stepwright' || !environment?.image) return undefined;
  return { image: environment.image };
}

const suiteOf = ({ provenance }: Trajectory): string | undefined => provenance.suite;

async function loadById(sources: readonly string[]): Promise<Map<string, Instance>> {
  const loaded = await Promise.all(sources.map((source) => loadInstances(source)));
  return new Map(loaded.flat().map((instance) => [instance.instance_id, instance]));
}

/** What a trajectory remembers may have been moved since. */
const loadIfThere = (suite: string): Promise<Map<string, Instance>> =>
  loadById([suite]).catch((error: unknown) => {
    if (error instanceof TaskError) return new Map();
    throw error;
  });
