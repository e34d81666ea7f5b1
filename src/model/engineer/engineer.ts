// The scripted teacher: a model that plays the engineer, in the `default` style or in the `brief` one that small students can copy.
import { createRandom } from '../../run/random.ts';
import type { Model } from '../model.ts';
import { createScriptedModel } from '../scripted.ts';
import { engineer } from './policy.ts';
import type { EngineerTask } from './task.ts';

export type EngineerStyle = 'default' | 'brief';

export function createEngineer(task: EngineerTask, options: { seed: number; attempt?: number }): Model {
  const { seed, attempt = 0 } = options;
  const random = createRandom(`${seed}/${task.instanceId}/${attempt}`);
  return createScriptedModel('scripted', engineer(task, random), { seed });
}
