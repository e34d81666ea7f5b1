// Trajectories whose instance is not known: they are named, with where they say that it came from.
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';

const ADVICE = 'Name their suite with --tasks, or an image that holds the bug with --image.';

/** Throws where there is nothing else among the `total`. */
export function reportUnknown(unknown: readonly Trajectory[], total: number, emit: Emit): void {
  if (unknown.length === 0) return;
  if (unknown.length === total)
    throw new ConfigError(
      `The instance of none of the ${countOf(total, 'trajectory', 'trajectories')} is known (${idsOf(unknown)}). ${ADVICE}`,
    );
  emit({
    type: 'warn',
    text: `${countOf(unknown.length, 'trajectory', 'trajectories')} not replayed, since the instance is unknown. ${ADVICE}`,
  });
  for (const trajectory of unknown) emit({ type: 'warn', text: `unknown: ${idsOf([trajectory])}` });
}

const MAX_SHOWN = 3;

function idsOf(trajectories: readonly Trajectory[]): string {
  const shown = trajectories
    .slice(0, MAX_SHOWN)
    .map(({ trajectory_id, provenance: { suite } }) =>
      suite === undefined ? trajectory_id : `${trajectory_id}, collected from ${suite}`,
    );
  return [...shown, ...(trajectories.length > MAX_SHOWN ? ['…'] : [])].join('; ');
}
