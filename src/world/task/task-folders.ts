// Task folders that bring the Dockerfile of their own image, as SWE-bench v5's task repositories do.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskError } from '../../core/schema/errors.ts';
import { isTaskFolder, readTaskFolder } from './folder.ts';

export interface TaskImage {
  /** Of the task; the Dockerfile may copy from it. */
  dir: string;
  /** The name that task.yaml gives the image. */
  image: string;
}

/** Of a task folder, or of all in a folder; tasks without a Dockerfile are left out. */
export async function taskImages(folder: string): Promise<TaskImage[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new TaskError(`${folder}: cannot be read (${error.code}). Give a task folder, or a folder of them.`);
  });
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const dirs = (await isTaskFolder(folder)) ? [folder] : inside.sort();
  const found: TaskImage[] = [];
  for (const dir of dirs) if (await hasDockerfile(dir)) found.push({ dir, image: (await readTaskFolder(dir)).image });
  return found;
}

const hasDockerfile = (dir: string): Promise<boolean> =>
  stat(join(dir, 'Dockerfile')).then(
    (entry) => entry.isFile(),
    () => false,
  );
