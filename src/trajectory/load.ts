// Reading trajectories: .jsonl, .jsonl.gz, or folders of them.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Emit, silent } from '../run/events.ts';
import { writeFileAtomic } from '../run/files.ts';
import { refuseBad, scanJsonl } from '../run/jsonl.ts';
import { ConfigError } from '../schema/errors.ts';
import { type Trajectory, trajectorySchema } from '../schema/trajectory.ts';

export interface TrajectoryFile {
  path: string;
  trajectories: Trajectory[];
}

/** All files under `paths`, in order of their names. Of several lines for one attempt in a file, the last counts; half a line at a file's
 * end, as a killed run leaves it, is left out and said. */
export async function loadTrajectoryFiles(paths: readonly string[], emit: Emit = silent): Promise<TrajectoryFile[]> {
  const files = (await Promise.all(paths.map(trajectoryPaths))).flat();
  return Promise.all(
    files.map(async (path) => {
      const { rows, bad, torn } = await scanJsonl(path, trajectorySchema);
      refuseBad(path, bad);
      if (torn)
        emit({
          type: 'warn',
          text: `${path}: the last line is torn in half and left out; the ${rows.length} before it are read`,
        });
      return { path, trajectories: [...new Map(rows.map((row) => [keyOf(row), row])).values()] };
    }),
  );
}

export const loadTrajectories = async (paths: readonly string[], emit: Emit = silent): Promise<Trajectory[]> =>
  (await loadTrajectoryFiles(paths, emit)).flatMap(({ trajectories }) => trajectories);

/** Writes a whole file at once, compressed when its name ends in .gz. */
export async function saveTrajectories(path: string, trajectories: readonly Trajectory[]): Promise<void> {
  const text = trajectories.map((trajectory) => `${JSON.stringify(trajectory)}\n`).join('');
  await writeFileAtomic(path, path.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text);
}

const keyOf = ({ trajectory_id, provenance }: Trajectory): string =>
  JSON.stringify([trajectory_id, provenance.config_hash]);

async function trajectoryPaths(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined)
    throw new ConfigError(
      `No trajectories at ${path}: there is no such file or folder. Give a .jsonl, .jsonl.gz or a folder of them.`,
    );
  if (!info.isDirectory()) return [path];
  const names = (await readdir(path, { recursive: true })).filter((name) => /\.jsonl(\.gz)?$/.test(name)).sort();
  if (names.length === 0) throw new ConfigError(`No trajectories in ${path}: it holds no .jsonl or .jsonl.gz.`);
  return names.map((name) => join(path, name));
}
