// What an attempt at a whole instance is worth to RLVR: that it resolves the instance, or, as the paper's one-step baseline (SRL, arXiv
// 2510.25992, section 4), how near all its actions, as one text, come to all the expert's.
import { renderAction } from '../../../agents/loop/action.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import type { StepInstance } from '../../../core/schema/step-instance.ts';
import type { Attempt } from '../../../core/schema/trajectory.ts';
import { sequenceRatio } from '../../../data/reward/difflib/ratio.ts';
import { isPending } from '../../../data/trajectory/store.ts';

/** In [0, 1], or undefined when it could not be found out. */
export type AttemptReward = (attempt: Attempt) => number | undefined;

export const outcomeReward: AttemptReward = ({ resolved }) => (resolved === undefined ? undefined : Number(resolved));

/** `expert`: all the expert's steps at the instances that are attempted; of several trajectories at one, the first counts.
 * Throws a ConfigError for an attempt at an instance without any. */
export function oneStepReward(expert: readonly StepInstance[]): AttemptReward {
  const known = new Map<string, { trajectory: string; actions: string[] }>();
  for (const { instance_id: instance, trajectory_id: trajectory, action } of expert) {
    if (!known.has(instance)) known.set(instance, { trajectory, actions: [] });
    const first = known.get(instance)!;
    if (first.trajectory === trajectory) first.actions.push(action);
  }
  return (attempt) => {
    if (isPending(attempt)) return undefined;
    const theirs = known.get(attempt.instance_id);
    if (theirs === undefined)
      throw new ConfigError(
        `--attempt-reward similarity: --steps hold no step of ${attempt.instance_id}. Extract those of every instance in --tasks, all kinds.`,
      );
    const ours = attempt.steps.map(({ action, tool_call }) => (tool_call ? renderAction(tool_call) : action));
    return sequenceRatio(ours.join('\n'), theirs.actions.join('\n'));
  };
}
