// All trajectories of some files at once, for whoever needs them together. Files that do not fit into memory: `readTrajectories`.
import { openRowWriter } from '../../core/io/row-writer.ts';
import { type BadRow, placeText } from '../../core/io/rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { type FoundFile, findFiles } from './files.ts';
import { nothingIn, readTrajectoryFile } from './read.ts';
import type { Unused } from './unused.ts';

export interface TrajectoryFile {
  path: string;
  trajectories: Trajectory[];
  /** Rows that cannot be read. */
  bad: BadRow[];
  /** What of each row that was read is in no step. */
  unused: Unused[];
}

/** All files under `paths`, in order of their names. Of several rows for one attempt in a file, the last counts; half a row at a file's
 * end, as a killed run leaves it, is left out and said. Throws where there is no trajectory in any of them. */
export async function loadTrajectoryFiles(paths: readonly string[], emit: Emit = silent): Promise<TrajectoryFile[]> {
  const files = await Promise.all((await findFiles(paths)).map((file) => loadFile(file, emit)));
  if (files.some(({ trajectories }) => trajectories.length > 0)) return files;
  for (const { bad } of files) refuseBad(bad);
  throw nothingIn(paths);
}

async function loadFile(file: FoundFile, emit: Emit): Promise<TrajectoryFile> {
  const { path } = file;
  const known = new Map<string, Trajectory>();
  const bad: BadRow[] = [];
  const unused: Unused[] = [];
  for await (const row of readTrajectoryFile(file, { emit })) {
    if (!('why' in row)) {
      known.set(keyOf(row.trajectory), row.trajectory);
      unused.push(row.unused);
    } else if (row.isTorn)
      emit({
        type: 'warn',
        text: `${path}: the last line is torn in half and left out; the ${known.size} before it are read`,
      });
    else bad.push(row);
  }
  const earlier = unused.length - known.size;
  if (earlier > 0)
    emit({ type: 'note', text: `${path}: ${earlier} rows left out, since later ones are the same attempts` });
  return { path, trajectories: [...known.values()], bad, unused };
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
