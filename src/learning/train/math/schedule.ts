// Learning-rate schedules: a linear warm-up, then constant, linear or cosine decay to `floor` times the peak.

export interface Schedule {
  kind: 'constant' | 'linear' | 'cosine';
  /** Fraction of all updates. */
  warmup: number;
  /** Last rate, as a fraction of the peak. */
  floor: number;
}

/** The rate of update `update` (from 0) of `updates`. */
export function learningRate(update: number, updates: number, peak: number, { kind, warmup, floor }: Schedule): number {
  const warmupUpdates = Math.round(warmup * updates);
  if (update < warmupUpdates) return (peak * (update + 1)) / warmupUpdates;
  if (kind === 'constant') return peak;
  const progress = (update - warmupUpdates) / Math.max(1, updates - warmupUpdates);
  const shape = kind === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return peak * (floor + (1 - floor) * shape);
}
