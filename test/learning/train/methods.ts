// The three methods on the made-up task, with rewards that depend on nothing but the student: two runs of the same settings are equal.
import type { Model } from '../../../src/agents/model/model.ts';
import type { Instance } from '../../../src/core/schema/instance.ts';
import type { TrainOptions } from '../../../src/learning/train/options/options.ts';
import { outcomeReward } from '../../../src/learning/train/policy/attempt-reward.ts';
import { trainRlvr } from '../../../src/learning/train/rlvr.ts';
import type { RunContext, TrainResult } from '../../../src/learning/train/run.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { trainSrl } from '../../../src/learning/train/srl.ts';
import { anInstance } from '../../support/instance.ts';
import { aTrajectory } from '../../support/trajectory.ts';

const instances = ['ab', 'cd', 'ef', 'gh'].map((word) => anInstance({ instance_id: word, problem_statement: word }));

export function trainMethod(options: TrainOptions, context: Omit<RunContext, 'reward'>): Promise<TrainResult> {
  const reward = (text: string) => ({ reward: (text.length % 7) / 7, formatOk: true, similarity: 0 });
  if (options.method === 'sft') return trainSft(options, { ...context, reward });
  if (options.method === 'srl') return trainSrl(options, { ...context, reward });
  return trainRlvr(options, { ...context, reward, instances, attempt });
}

async function attempt({ instance_id, problem_statement }: Instance, model: Model, number: number) {
  await model.query([{ role: 'user', content: problem_statement }]);
  const trajectory = aTrajectory({ instance_id, attempt: number, resolved: number % 3 === 0 });
  return { trajectory, reward: outcomeReward(trajectory) };
}
