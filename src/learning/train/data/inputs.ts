// The contents that a training run is made of: what makes it another run when it was edited.
import { contentHash } from '../../../core/run/content-hash.ts';
import { shipped } from '../../../core/run/paths.ts';
import type { TrainOptions } from '../options/options.ts';

/** By option. What is not there any more, as the start of a run that goes on may not be, is not compared. */
export async function trainingInputs({ steps, tasks, student }: TrainOptions): Promise<Record<string, string>> {
  const read = {
    '--steps': steps,
    '--tasks': await Promise.all(tasks.map(suiteFolder)),
    '--student': student === undefined ? [] : [student],
  };
  const hashes = await Promise.all(
    Object.entries(read).map(async ([option, paths]) => [
      option,
      paths.length > 0 ? await contentHash(paths) : undefined,
    ]),
  );
  return Object.fromEntries(hashes.filter(([, hash]) => hash !== undefined));
}

/** A suite that ships is given by its name. */
const suiteFolder = async (source: string): Promise<string> =>
  (await contentHash([shipped('tasks', source)])) === undefined ? source : shipped('tasks', source);
