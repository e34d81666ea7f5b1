// The scripted teacher: a model that plays the engineer, in the `default` style or in the `brief` one that small students can copy.
import { createRandom } from '../../../core/run/random.ts';
import type { Model } from '../../model/model.ts';
import { createScriptedModel } from '../scripted.ts';
import { briefEngineer } from './brief.ts';
import { engineer } from './policy.ts';
import type { EngineerTask } from './task.ts';

export type EngineerStyle = 'default' | 'brief';

export function createEngineer(
  task: EngineerTask,
  options: { seed: number; attempt?: number; style?: EngineerStyle },
): Model {
  const { seed, attempt = 0, style = 'default' } = options;
  const random = createRandom(`${seed}/${task.instanceId}/${attempt}`);
  const policy = style === 'brief' ? briefEngineer(task) : engineer(task, random);
  return createScriptedModel('scripted', policy, { style, seed });
}
