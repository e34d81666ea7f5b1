// Advantages of GRPO: how much better a rollout did than its group (DeepSeekMath, arXiv 2402.03300; SRL, arXiv 2510.25992, section 3.3).

export const rewardScales = ['group', 'batch', 'none'] as const;

export interface AdvantageOptions {
  /**
   * What r − mean(group) is divided by. `group`: the group's std. `batch`: the std of all rewards of the batch (TRL's `scale_rewards=
   * "batch"`). `none`: nothing (Dr. GRPO, arXiv 2503.20783). @default 'group'
   */
  scale?: (typeof rewardScales)[number];
  /** Degrees of freedom taken off in the standard deviation: 1 as verl and TRL do, 0 is the population's. @default 1 */
  ddof?: 0 | 1;
  /** Added to the standard deviation: 1e-6 in verl, 1e-4 in TRL. @default 1e-6 */
  eps?: number;
}

/** Of one group. */
export const advantages = (rewards: readonly number[], options: AdvantageOptions = {}): number[] =>
  batchAdvantages([rewards], options)[0]!;

/** Of every group of a batch. */
export function batchAdvantages(groups: readonly (readonly number[])[], options: AdvantageOptions = {}): number[][] {
  const { scale = 'group', ddof = 1, eps = 1e-6 } = options;
  const ofBatch = scale === 'batch' ? standardDeviation(groups.flat(), ddof) : 0;
  return groups.map((rewards) => {
    // Their mean is off by a rounding error, which a tiny divisor would make an advantage of.
    if (areEqual(rewards)) return rewards.map(() => 0);
    const center = mean(rewards);
    const std = scale === 'batch' ? ofBatch : standardDeviation(rewards, ddof);
    const divisor = scale === 'none' ? 1 : std + eps;
    return rewards.map((reward) => (reward - center) / divisor);
  });
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** To the precision that a reward is good for: sums of equal parts may differ in a double's last digits. */
const areEqual = (values: readonly number[]): boolean =>
  values.every((value) => Math.fround(value) === Math.fround(values[0]!));

/** Zero for equal values, and for fewer than it has a meaning for. */
export function standardDeviation(values: readonly number[], ddof: 0 | 1 = 0): number {
  // The mean of equal values is often not exactly one of them: without this they would have a std of 1e-17.
  if (values.length <= ddof || areEqual(values)) return 0;
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - ddof));
}
