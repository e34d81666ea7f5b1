// Trajectories → step instances.
import type { StepInstance } from '../../core/schema/step-instance.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { createExtractor, type ExtractOptions } from './extract-trajectory.ts';
import { createTally, summarize } from './statistics.ts';

/** Yields step instances in the order of the trajectories; `statistics` tells of those taken so far. */
export function extractSteps(trajectories: Iterable<Trajectory> | AsyncIterable<Trajectory>, options: ExtractOptions) {
  const tally = createTally({ keepDuplicates: options.keep?.includes('duplicate') ?? false });
  async function* instances(): AsyncGenerator<StepInstance> {
    const extract = await createExtractor(options);
    for await (const trajectory of trajectories) {
      const extracted = extract(trajectory);
      if (tally.add(summarize(extracted))) yield* extracted.instances.map(({ instance }) => instance);
    }
  }
  return { instances: instances(), statistics: tally.statistics };
}
