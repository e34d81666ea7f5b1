// `replay --shell`: the state after some steps of a trajectory, with a shell in it.
import type { Emit } from '../core/run/events.ts';
import { ConfigError } from '../core/schema/errors.ts';
import type { ReplaySettings } from '../data/replay/options.ts';
import { prepareReplay } from '../data/replay/prepare.ts';
import { replaySteps } from '../data/replay/replay.ts';
import { openPlace } from '../data/replay/replay-all.ts';
import { ensureEngine } from '../world/sandbox/engine/ensure-engine.ts';
import { openTerminal } from '../world/sandbox/shell/terminal.ts';

/** The sandbox is gone when the shell ends. Resolves with the shell's exit code. */
export async function openReplayShell(
  options: ReplaySettings,
  { emit, signal }: { emit: Emit; signal: AbortSignal },
): Promise<number> {
  const { trajectories, ...place } = await prepareReplay(options, { emit, signal });
  const [trajectory, ...more] = trajectories;
  if (trajectory === undefined || more.length > 0)
    throw new ConfigError(`--shell opens the state of one trajectory, got ${more.length + 1}. Name it with --id.`);
  const { docker } = await ensureEngine(emit);
  await using sandbox = await openPlace(trajectory, { ...place, signal });
  await replaySteps(trajectory, sandbox, options.fromStep, signal);
  const done = Math.min(options.fromStep, trajectory.steps.length);
  emit({
    type: 'note',
    text: `${trajectory.trajectory_id} after ${done} of ${trajectory.steps.length} steps; leave with exit`,
  });
  return await openTerminal(docker, sandbox.id);
}
