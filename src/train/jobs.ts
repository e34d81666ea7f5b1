// What the main thread asks of a replica, as messages.
import type { Answer } from '../student/generate.ts';
import type { GradientStats, LossOptions, Replica, RolloutJob, TrainExample } from './replica.ts';

export type Job =
  | { type: 'gradients'; examples: readonly TrainExample[]; options: LossOptions }
  | { type: 'rollouts'; job: RolloutJob }
  | { type: 'refresh' };

export type Outcome = GradientStats | Answer[][] | undefined;

/** Gradients go into `into`, everything else into the outcome. */
export function runJob(replica: Replica, job: Job, into: Float32Array): Outcome {
  if (job.type === 'gradients') return replica.gradients(job.examples, job.options, into);
  if (job.type === 'rollouts') return replica.rollouts(job.job);
  replica.refresh();
  return undefined;
}
