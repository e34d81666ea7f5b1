// Estimators of KL(π ‖ π_ref) from one sampled token (Schulman, "Approximating KL divergence"), with δ = log π_ref − log π. In a loss it is their
// gradient that counts, and only k2's is, in expectation, that of KL(π ‖ π_ref). That of k1 = −δ is zero, so k1 is not among them; that of k3
// is the gradient of KL(π_ref ‖ π).

export const klEstimators = ['k2', 'k3'] as const;
/** `k2` = δ²/2: a biased value with the right gradient. `k3` = e^δ − δ − 1: an unbiased value, never negative (GRPO's and TRL's). */
export type KlEstimator = (typeof klEstimators)[number];

/** As in veRL: one token that only the reference finds likely would outweigh its whole batch. */
const MAX_K3 = 10;

/** Its value, and its derivative by log π. */
export function klPenalty(
  logProb: number,
  refLogProb: number,
  estimator: KlEstimator,
): { value: number; gradient: number } {
  const delta = refLogProb - logProb;
  switch (estimator) {
    case 'k2':
      return { value: delta ** 2 / 2, gradient: -delta };
    case 'k3':
      return boundedK3(delta);
    default:
      return estimator satisfies never;
  }
}

function boundedK3(delta: number): { value: number; gradient: number } {
  const value = Math.exp(delta) - delta - 1;
  return value > MAX_K3 ? { value: MAX_K3, gradient: 0 } : { value, gradient: 1 - Math.exp(delta) };
}
