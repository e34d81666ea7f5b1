// Wilson's score interval of a proportion: usable for small n and for 0 % and 100 %, unlike the normal one.

/** 97.5th percentile of the normal distribution. */
const Z95 = 1.959963984540054;

/** The 95 % interval of `successes` out of `n`, as [low, high]; [0, 1] when nothing was tried. */
export function wilson95(successes: number, n: number): [number, number] {
  if (n === 0) return [0, 1];
  const p = successes / n;
  const z2 = Z95 * Z95;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return [successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}
