// What the main thread asks of a replica, as messages.

import type { Example } from '../../student/decoder/packing.ts';
import type { Answer } from '../../student/generate/generate.ts';
import type { GradientStats, LossOptions, Replica, RolloutJob, TrainExample } from './replica.ts';

export type Job =
  | { type: 'gradients'; examples: readonly TrainExample[]; options: LossOptions }
  | { type: 'rollouts'; job: RolloutJob }
  | { type: 'reference'; examples: readonly Example[]; temperature: number }
  | { type: 'refresh' };

export type Outcome = GradientStats | Answer[][] | number[][][] | undefined;

/** Gradients go into `into`, everything else into the outcome. */
export async function runJob(replica: Replica, job: Job, into: Float32Array): Promise<Outcome> {
  if (job.type === 'gradients') return replica.gradients(job.examples, job.options, into);
  if (job.type === 'rollouts') return replica.rollouts(job.job);
  if (job.type === 'reference') return replica.referenceLogProbs(job.examples, job.temperature);
  replica.refresh();
  return undefined;
}
