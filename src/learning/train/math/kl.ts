// Estimators of KL(π ‖ π_ref) from one sampled token (Schulman, "Approximating KL divergence"), with δ = log π_ref − log π.

export const klEstimators = ['k1', 'k2', 'k3'] as const;
/** `k1` = −δ: unbiased, noisy. `k2` = δ²/2: biased, never negative. `k3` = e^δ − δ − 1: unbiased, never negative (GRPO's). */
export type KlEstimator = (typeof klEstimators)[number];

/** Its value, and its derivative by log π. */
export function klPenalty(
  logProb: number,
  refLogProb: number,
  estimator: KlEstimator,
): { value: number; gradient: number } {
  const delta = refLogProb - logProb;
  switch (estimator) {
    case 'k1':
      return { value: -delta, gradient: 1 };
    case 'k2':
      return { value: delta ** 2 / 2, gradient: -delta };
    case 'k3':
      return { value: Math.exp(delta) - delta - 1, gradient: 1 - Math.exp(delta) };
    default:
      return estimator satisfies never;
  }
}
