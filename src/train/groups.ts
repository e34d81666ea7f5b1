// Groups of rollouts, and the dynamic sampling that keeps those that teach (SRL, arXiv 2510.25992, section 3.3; DAPO, arXiv 2503.14476).
import { ConfigError } from '../schema/errors.ts';
import type { Answer } from '../student/generate.ts';
import { mean, standardDeviation } from './advantages.ts';
import type { Drawn, TrainingRun } from './run.ts';

/** What the policy was shown, and what it wrote. */
export interface Turn {
  prompt: number[];
  answer: Answer;
}

/** Rollouts of one item; `rewards` has one number a rollout. A rollout is one turn or a whole attempt's. */
export interface Group<Item> {
  item: Item;
  rollouts: Turn[][];
  rewards: number[];
}

/** Plays the items. `first` is the number of the first draw: the same item drawn again gets fresh luck. */
export type PlayGroups<Item> = (items: readonly Item[], first: number) => Promise<Group<Item>[]>;

/** Groups whose rewards' population std exceeds the threshold; items are drawn until there are enough of them. */
export async function sampleGroups<Item extends Drawn>(run: TrainingRun<Item>, play: PlayGroups<Item>) {
  const { options, progress, sampler } = run;
  const all: Group<Item>[] = [];
  const usable: Group<Item>[] = [];
  let rounds = 0;
  while (usable.length < options.batch && rounds < options.maxRounds) {
    rounds++;
    // As many items as will probably do, but never a flood: most of an easy data set teaches nothing any more.
    const missing = options.batch - usable.length;
    const wanted = Math.min(4 * options.batch, Math.ceil(missing / Math.max(progress.usableShare, 0.1)));
    const first = sampler.position;
    const groups = await play(sampler.take(wanted), first);
    const kept = groups.filter(({ rewards }) => standardDeviation(rewards) > options.stdThreshold);
    progress.usableShare = 0.5 * progress.usableShare + (0.5 * kept.length) / groups.length;
    all.push(...groups);
    usable.push(...kept);
  }
  if (usable.length === 0)
    throw new ConfigError(
      `update ${progress.update + 1}: none of ${all.length} groups has rewards that differ by more than --std-threshold ${options.stdThreshold}. Nothing is left to learn here, or the student never varies (raise --temperature).`,
    );
  return {
    groups: usable.slice(0, options.batch),
    rewards: all.flatMap((group) => group.rewards),
    counts: {
      reward: mean(all.flatMap((group) => group.rewards)),
      reward_std: mean(all.map((group) => standardDeviation(group.rewards, 1))),
      frac_reward_zero_std: 1 - usable.length / all.length,
      'dynamic_sampling/rounds': rounds,
      'dynamic_sampling/groups_drawn': all.length,
      'dynamic_sampling/groups_dropped': all.length - usable.length,
      'dynamic_sampling/groups_surplus': Math.max(0, usable.length - options.batch),
    },
  };
}
