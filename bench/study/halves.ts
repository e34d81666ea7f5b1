// The expert's work on the training katas, cut in two by a seed: one half is imitated before the study's arms part, the other they learn
// from. A step that was imitated has little left to reward.
import { writeFileAtomic } from '../../src/core/run/files.ts';
import { shipped } from '../../src/core/run/paths.ts';
import { createRandom, shuffle } from '../../src/core/run/random.ts';
import type { RunDir } from '../../src/core/run/run-dir.ts';
import { loadTrajectories, saveTrajectories } from '../../src/data/trajectory/load.ts';
import { loadInstances } from '../../src/world/task/load.ts';
import type { Half } from './stages.ts';

export async function writeHalves(run: RunDir, seed: number): Promise<{ imitated: Half; fresh: Half }> {
  const trajectories = await loadTrajectories([shipped('trajectories', 'katas.jsonl.gz')]);
  const instances = new Map((await loadInstances('katas')).map((instance) => [instance.instance_id, instance]));
  const order = shuffle(createRandom(seed), trajectories);
  const write = async (name: string, half: typeof order): Promise<Half> => {
    const files = { trajectories: run.path(`${name}.jsonl`), instances: run.path(`${name}-instances.jsonl`) };
    await saveTrajectories(files.trajectories, half);
    const rows = half.map(({ instance_id: id }) => `${JSON.stringify(instances.get(id!))}\n`);
    await writeFileAtomic(files.instances, rows.join(''));
    return files;
  };
  const middle = Math.ceil(order.length / 2);
  return {
    imitated: await write('imitated', order.slice(0, middle)),
    fresh: await write('fresh', order.slice(middle)),
  };
}
