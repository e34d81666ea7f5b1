// Groups of rollouts, and the dynamic sampling that keeps the informative ones (SRL, arXiv 2510.25992, section 3.3; DAPO, arXiv 2503.14476).
import type { Answer } from '../../student/generate/generate.ts';
import { batchAdvantages, mean, standardDeviation } from '../math/advantages.ts';
import type { Metrics } from '../record/metrics.ts';
import type { Drawn, TrainingRun } from '../run.ts';

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

/** A group whose rewards differ; `advantages` has one number a rollout. */
export interface InformativeGroup<Item> extends Group<Item> {
  advantages: number[];
}

/** Plays the items. `first` is the number of the first draw: the same item drawn again gets fresh luck. */
export type PlayGroups<Item> = (items: readonly Item[], first: number) => Promise<Group<Item>[]>;

export interface Sampled<Item> {
  /** The batch. Empty when none that was drawn is informative. */
  groups: InformativeGroup<Item>[];
  /** All that was rolled out for it, the uninformative and the surplus ones with them. */
  drawn: Group<Item>[];
  metrics: Metrics;
}

/** Groups whose rewards' population std exceeds the threshold; items are drawn until there are enough of them. */
export async function sampleGroups<Item extends Drawn>(
  run: TrainingRun<Item>,
  play: PlayGroups<Item>,
): Promise<Sampled<Item>> {
  const { options, progress, sampler } = run;
  const drawn: Group<Item>[] = [];
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
    for (const group of groups) drawn.push(group);
    for (const group of kept) usable.push(group);
  }
  const batch = usable.slice(0, options.batch);
  const advantages = batchAdvantages(
    batch.map(({ rewards }) => rewards),
    { scale: options.scaleRewards, ddof: options.advantageDdof, eps: options.advantageEps },
  );
  const rewards = drawn.flatMap((group) => group.rewards);
  const name = options.method === 'rlvr' ? options.attemptReward : 'step_reward';
  return {
    groups: batch.map((group, i) => ({ ...group, advantages: advantages[i]! })),
    drawn,
    metrics: {
      reward: mean(rewards),
      reward_std: mean(drawn.map((group) => standardDeviation(group.rewards, 1))),
      frac_reward_zero_std: 1 - usable.length / drawn.length,
      [`rewards/${name}/mean`]: mean(rewards),
      [`rewards/${name}/std`]: standardDeviation(rewards, 1),
      'dynamic_sampling/rounds': rounds,
      'dynamic_sampling/groups_drawn': drawn.length,
      'dynamic_sampling/groups_dropped': drawn.length - usable.length,
      'dynamic_sampling/groups_surplus': Math.max(0, usable.length - options.batch),
    },
  };
}
