// All trajectories of some files at once, for whoever needs them together. Files that do not fit into memory: `readTrajectories`.
import { openRowWriter } from '../../core/io/row-writer.ts';
import { type BadRow, placeText } from '../../core/io/rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { type FoundFile, findFiles } from './files.ts';
import { readTrajectoryFile } from './read.ts';

export interface TrajectoryFile {
  path: string;
  trajectories: Trajectory[];
  /** Rows that cannot be read. */
  bad: BadRow[];
}

/** All files under `paths`, in order of their names. Of several rows for one attempt in a file, the last counts; half a row at a file's
 * end, as a killed run leaves it, is left out and said. */
export const loadTrajectoryFiles = async (paths: readonly string[], emit: Emit = silent): Promise<TrajectoryFile[]> =>
  Promise.all((await findFiles(paths)).map((file) => loadFile(file, emit)));

async function loadFile(file: FoundFile, emit: Emit): Promise<TrajectoryFile> {
  const { path } = file;
  const known = new Map<string, Trajectory>();
  const bad: BadRow[] = [];
  for await (const row of readTrajectoryFile(file, { emit })) {
    if (!('why' in row)) known.set(keyOf(row.trajectory), row.trajectory);
    else if (row.isTorn)
      emit({
        type: 'warn',
        text: `${path}: the last line is torn in half and left out; the ${known.size} before it are read`,
      });
    else bad.push(row);
  }
  return { path, trajectories: [...known.values()], bad };
}

/** As above, for whoever needs all of them: a row that cannot be read is refused. */
export async function loadTrajectories(paths: readonly string[], emit: Emit = silent): Promise<Trajectory[]> {
  const files = await loadTrajectoryFiles(paths, emit);
  for (const { bad } of files) refuseBad(bad);
  return files.flatMap(({ trajectories }) => trajectories);
}

export function refuseBad(bad: readonly BadRow[]): void {
  if (bad[0] !== undefined) throw new ConfigError(`${placeText(bad[0])}: ${bad[0].why}. Fix or remove that row.`);
}

/** Writes a whole file, compressed when its name ends in .gz; it is there once all of it is. */
export async function saveTrajectories(path: string, trajectories: readonly Trajectory[]): Promise<void> {
  await using file = await openRowWriter(path);
  for (const trajectory of trajectories) await file.write(trajectory);
  await file.commit();
}

const keyOf = ({ trajectory_id, provenance }: Trajectory): string =>
  JSON.stringify([trajectory_id, provenance.config_hash]);
