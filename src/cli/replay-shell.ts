// `replay --shell`: the state after some steps of a trajectory, with a shell in it.
import type { Emit } from '../core/run/events.ts';
import { ConfigError } from '../core/schema/errors.ts';
import type { Trajectory } from '../core/schema/trajectory.ts';
import { replaySteps } from '../data/replay/replay.ts';
import { openPlace, type ReplayAllOptions } from '../data/replay/replay-all.ts';
import { ensureEngine } from '../world/sandbox/engine/ensure-engine.ts';
import { openTerminal } from '../world/sandbox/shell/terminal.ts';

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
