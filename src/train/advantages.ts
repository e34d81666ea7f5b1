// Advantages of GRPO: how much better a rollout did than its group (DeepSeekMath, arXiv 2402.03300; SRL, arXiv 2510.25992, section 3.3).

export interface AdvantageOptions {
  /** `group`: (r − mean) / (std + eps). `none`: r − mean (Dr. GRPO). */
  scale?: 'group' | 'none';
  /** Degrees of freedom taken off in the standard deviation: 1 as verl and TRL do, 0 is the population's. */
  ddof?: 0 | 1;
  eps?: number;
}

export function advantages(rewards: readonly number[], options: AdvantageOptions = {}): number[] {
  const { scale = 'group', ddof = 1, eps = 1e-6 } = options;
  const center = mean(rewards);
  const divisor = scale === 'group' ? standardDeviation(rewards, ddof) + eps : 1;
  return rewards.map((reward) => (reward - center) / divisor);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Zero for fewer values than it has a meaning for. */
export function standardDeviation(values: readonly number[], ddof: 0 | 1 = 0): number {
  if (values.length <= ddof) return 0;
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - ddof));
}
