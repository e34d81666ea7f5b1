// Endless draws from a list, epoch after epoch, each shuffled by its number: the position alone says what comes next.
import { createRandom, shuffle } from '../../../core/run/random.ts';

export interface Sampler<T> {
  take(count: number): T[];
  /** How many were drawn since the beginning; put it back to go on from there. */
  position: number;
}

export function createSampler<T>(items: readonly T[], seed: number, position = 0): Sampler<T> {
  let [epoch, order]: [number, T[]] = [-1, []];
  const sampler: Sampler<T> = {
    position,
    take: (count) =>
      Array.from({ length: count }, () => {
        const wanted = Math.floor(sampler.position / items.length);
        if (wanted !== epoch) [epoch, order] = [wanted, shuffle(createRandom(`${seed}/epoch/${wanted}`), items)];
        return order[sampler.position++ % items.length]!;
      }),
  };
  return sampler;
}
