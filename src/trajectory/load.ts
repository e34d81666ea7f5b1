// Reading trajectories: .jsonl, .jsonl.gz, or folders of them.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeFileAtomic } from '../run/files.ts';
import { readJsonl } from '../run/jsonl.ts';
import { ConfigError } from '../schema/errors.ts';
import { type Trajectory, trajectorySchema } from '../schema/trajectory.ts';
import { idOf, keyOf } from './store.ts';

export interface TrajectoryFile {
  path: string;
  trajectories: Trajectory[];
}

/** All files under `paths`, in order of their names. Of several lines for one attempt in a file, the last counts. */
export async function loadTrajectoryFiles(paths: readonly string[]): Promise<TrajectoryFile[]> {
  const files = (await Promise.all(paths.map(trajectoryPaths))).flat();
  return Promise.all(
    files.map(async (path) => {
      const rows = await readJsonl(path, trajectorySchema);
      return { path, trajectories: [...new Map(rows.map((row) => [keyOf(idOf(row)), row])).values()] };
    }),
  );
}

export const loadTrajectories = async (paths: readonly string[]): Promise<Trajectory[]> =>
  (await loadTrajectoryFiles(paths)).flatMap(({ trajectories }) => trajectories);

/** Writes a whole file at once, compressed when its name ends in .gz. */
export async function saveTrajectories(path: string, trajectories: readonly Trajectory[]): Promise<void> {
  const text = trajectories.map((trajectory) => `${JSON.stringify(trajectory)}\n`).join('');
  await writeFileAtomic(path, path.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text);
}

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
