// `replay --shell`: the state after some steps of a trajectory, with a shell in it.
import type { Emit } from '../run/events.ts';
import { ensureEngine } from '../sandbox/engine/ensure-engine.ts';
import { openTerminal } from '../sandbox/shell/terminal.ts';
import { ConfigError } from '../schema/errors.ts';
import type { Trajectory } from '../schema/trajectory.ts';
import { replaySteps } from '../trajectory/replay.ts';
import { openPlace, type ReplayAllOptions } from '../trajectory/replay-all.ts';

/** The sandbox is gone when the shell ends. */
export async function openShellAfter(
  [trajectory, ...more]: readonly Trajectory[],
  steps: number,
  options: Pick<ReplayAllOptions, 'backend' | 'placeOf' | 'signal'> & { emit: Emit },
): Promise<void> {
  if (trajectory === undefined || more.length > 0)
    throw new ConfigError(`--shell opens the state of one trajectory, got ${more.length + 1}. Name it with --id.`);
  const { emit, signal } = options;
  const { docker } = await ensureEngine(emit);
  await using sandbox = await openPlace(trajectory, options);
  await replaySteps(trajectory, sandbox, steps, signal);
  const done = Math.min(steps, trajectory.steps.length);
  emit({
    type: 'note',
    text: `${trajectory.trajectory_id} after ${done} of ${trajectory.steps.length} steps; leave with exit`,
  });
  process.exitCode = await openTerminal(docker, sandbox.id);
}
