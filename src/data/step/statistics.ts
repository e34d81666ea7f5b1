// What an extraction made and left out, counted while trajectories go by.
import { pushAll } from '../../core/run/large-arrays.ts';
import type { Split, StepKind } from '../../core/schema/step-instance.ts';
import type { Extracted } from './extract-trajectory.ts';
import type { DropReason } from './reasons.ts';

export interface ExtractStatistics {
  trajectories: number;
  /** Those of the trajectories; of `call` granularity as many as `step_instances` and all that was dropped. */
  steps: number;
  step_instances: number;
  dropped: Partial<Record<DropReason, number>>;
  /** Trajectories whose instance, and with it the split, is not known. */
  unknown: string[];
  kinds: Partial<Record<StepKind, number>>;
  splits: Record<Split, number>;
  steps_per_trajectory: Distribution;
  /** In characters, or in tokens when a tokenizer counts. */
  prompt_length: Distribution;
  action_chars: Distribution;
  /** Instances whose observations were cut to fit the budget. */
  clipped: number;
  /** Bash actions; steps whose action has an error in bash's grammar, by id. */
  scripts: { total: number; unparsed: string[] };
}

/** Of whole numbers; exact; all 0 of none. */
export interface Distribution {
  min: number;
  median: number;
  mean: number;
  max: number;
}

/** What is known of one trajectory's extraction without its instances: small enough to be sent between threads. */
export interface ExtractSummary extends Omit<Extracted, 'instances'> {
  instances: { kind: StepKind; split: Split; length: number; actionChars: number; clipped: boolean }[];
}

export const summarize = ({ instances, ...rest }: Extracted): ExtractSummary => ({
  ...rest,
  instances: instances.map(({ instance: { kind, split, action }, length, clipped }) => ({
    kind,
    split,
    length,
    actionChars: action.length,
    clipped,
  })),
});

export interface Tally {
  /** Counts a trajectory; false when it is a duplicate, whose instances are not to be used. */
  add(summary: ExtractSummary): boolean;
  statistics(): ExtractStatistics;
}

/** To be told of the trajectories in their order: of two with the same id the first that gives instances counts. */
export function createTally({ keepDuplicates = false } = {}): Tally {
  const given = new Set<string>();
  const steps = createDistribution();
  const prompts = createDistribution();
  const actions = createDistribution();
  const counts: Pick<ExtractStatistics, 'dropped' | 'unknown' | 'kinds' | 'splits' | 'clipped' | 'scripts'> = {
    dropped: {},
    unknown: [],
    kinds: {},
    splits: { train: 0, heldout: 0 },
    clipped: 0,
    scripts: { total: 0, unparsed: [] },
  };
  const drop = (why: DropReason, count: number): void => {
    counts.dropped[why] = (counts.dropped[why] ?? 0) + count;
  };
  return {
    add({ trajectoryId, steps: count, instances, dropped, scripts }) {
      steps.add(count);
      for (const [why, times] of Object.entries(dropped)) drop(why as DropReason, times);
      if (dropped.unknown_instance !== undefined) counts.unknown.push(trajectoryId);
      counts.scripts.total += scripts.total;
      pushAll(counts.scripts.unparsed, scripts.unparsed);
      const isDuplicate = given.has(trajectoryId) && !keepDuplicates;
      if (isDuplicate && instances.length > 0) drop('duplicate', instances.length);
      if (isDuplicate) return false;
      if (instances.length > 0) given.add(trajectoryId);
      for (const { kind, split, length, actionChars, clipped } of instances) {
        counts.kinds[kind] = (counts.kinds[kind] ?? 0) + 1;
        counts.splits[split] += 1;
        counts.clipped += clipped ? 1 : 0;
        prompts.add(length);
        actions.add(actionChars);
      }
      return true;
    },
    statistics: () => ({
      trajectories: steps.count(),
      steps: steps.sum(),
      step_instances: prompts.count(),
      ...counts,
      steps_per_trajectory: steps.summary(),
      prompt_length: prompts.summary(),
      action_chars: actions.summary(),
    }),
  };
}

/** Keeps how often each number came, not the numbers. */
function createDistribution() {
  const times = new Map<number, number>();
  let [count, sum] = [0, 0];
  return {
    add(value: number): void {
      times.set(value, (times.get(value) ?? 0) + 1);
      count += 1;
      sum += value;
    },
    count: (): number => count,
    sum: (): number => sum,
    summary(): Distribution {
      if (count === 0) return { min: 0, median: 0, mean: 0, max: 0 };
      const values = [...times.keys()].sort((a, b) => a - b);
      let before = 0;
      const median = values.find((value) => {
        before += times.get(value)!;
        return before >= count / 2;
      });
      return { min: values[0]!, median: median!, mean: sum / count, max: values.at(-1)! };
    },
  };
}
