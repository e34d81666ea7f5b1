// Which of the trajectories in the files are replayed.
import { countOf } from '../../core/run/count-of.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import type { TrajectoryFile } from '../trajectory/load.ts';
import type { ReplaySettings } from './options.ts';

export function selectTrajectories(
  files: readonly TrajectoryFile[],
  { id: ids, limit }: Pick<ReplaySettings, 'id' | 'limit'>,
): Trajectory[] {
  const all = files.flatMap(({ trajectories }) => trajectories);
  const missing = ids?.find((id) => !all.some((trajectory) => isNamed(trajectory, id)));
  if (missing !== undefined)
    throw new ConfigError(
      `No trajectory and no instance "${missing}" among the ${countOf(all.length, 'trajectory', 'trajectories')} given.`,
    );
  return all.filter((trajectory) => ids?.some((id) => isNamed(trajectory, id)) ?? true).slice(0, limit);
}

const isNamed = ({ trajectory_id, instance_id }: Trajectory, id: string): boolean =>
  trajectory_id === id || instance_id === id;
