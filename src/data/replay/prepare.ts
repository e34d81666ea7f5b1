// What a replay needs before its first sandbox: the trajectories, the place of each, their images and an engine.
import type { Emit } from '../../core/run/events.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import type { SandboxBackend } from '../../world/sandbox/sandbox.ts';
import { type EnvironmentsByName, loadEnvironmentsOf } from '../../world/task/environments.ts';
import { loadTrajectoryFiles, type TrajectoryFile } from '../trajectory/load.ts';
import type { ReplaySettings } from './options.ts';
import { findPlaces } from './places.ts';
import type { ReplayPlace } from './replay-all.ts';
import { selectTrajectories } from './select.ts';
import { reportUnknown } from './unknown.ts';
import { refuseLossyUpdate } from './update.ts';

export interface PreparedReplay {
  files: TrajectoryFile[];
  trajectories: Trajectory[];
  placeOf(trajectory: Trajectory): ReplayPlace;
  /** Selected, but of instances that are not known. */
  unknown: Trajectory[];
  environments: EnvironmentsByName;
  backend: SandboxBackend;
}

export async function prepareReplay(
  options: ReplaySettings,
  { emit, signal }: { emit: Emit; signal?: AbortSignal | undefined },
): Promise<PreparedReplay> {
  const files = await loadTrajectoryFiles(options.paths, emit);
  if (options.update) refuseLossyUpdate(files);
  const selected = selectTrajectories(files, options);
  const { places, unknown } = await findPlaces(selected, options);
  reportUnknown(unknown, selected.length, emit);
  const environments = await loadEnvironmentsOf([...places.values()].flatMap(({ instance }) => instance ?? []));
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  const placeOf = (trajectory: Trajectory): ReplayPlace => places.get(trajectory)!;
  return { files, trajectories: [...places.keys()], placeOf, unknown, environments, backend };
}
