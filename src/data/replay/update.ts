// `--update`: the files get the observations of this run.
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { refuseBad, saveTrajectories, type TrajectoryFile } from '../trajectory/load.ts';

/** Throws where writing the files anew would drop a row or a field of another format. */
export function refuseLossyUpdate(files: readonly TrajectoryFile[]): void {
  for (const { bad } of files) refuseBad(bad);
  const foreign = files.find(({ trajectories }) =>
    trajectories.some(({ provenance }) => provenance.source_format !== 'stepwright'),
  );
  if (foreign !== undefined)
    throw new ConfigError(
      `${foreign.path} holds trajectories of another format: --update writes our own. Convert them first (stepwright convert --to stepwright).`,
    );
}

/** A trajectory is replaced by a run of its own, and stays as it is where the sandbox broke. */
export async function updateFiles(
  files: readonly TrajectoryFile[],
  fresh: ReadonlyMap<Trajectory, Trajectory | undefined>,
): Promise<void> {
  for (const { path, trajectories } of files)
    await saveTrajectories(
      path,
      trajectories.map((old) => fresh.get(old) ?? old),
    );
}
