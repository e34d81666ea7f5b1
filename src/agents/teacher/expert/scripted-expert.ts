// The scripted teacher: a model that plays the expert, in the `default` style or in the `brief` one that small students can copy.
import { createRandom } from '../../../core/run/random.ts';
import type { Model } from '../../model/model.ts';
import { createScriptedModel } from '../scripted.ts';
import { briefExpert } from './brief.ts';
import { expert } from './policy.ts';
import type { ExpertTask } from './task.ts';

export type ExpertStyle = 'default' | 'brief';

export function createScriptedExpert(
  task: ExpertTask,
  options: { seed: number; attempt?: number; style?: ExpertStyle },
): Model {
  const { seed, attempt = 0, style = 'default' } = options;
  const random = createRandom(`${seed}/${task.instanceId}/${attempt}`);
  const policy = style === 'brief' ? briefExpert(task) : expert(task, random);
  return createScriptedModel('scripted', policy, { style, seed });
}
