// An engine that answers, started or installed where that is possible and allowed. Processes that ask at the same time do it once.
import type { Emit } from '../../../core/run/events.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { type Engine, findEngine } from './engine.ts';
import { startEngine } from './engine-start.ts';
import { canApt, forbidsInstall } from './host-packages.ts';
import { withLock } from './lock.ts';

export async function ensureEngine(emit: Emit): Promise<Engine> {
  const found = await findEngine();
  if ('docker' in found) return found;
  const advice = whatToDo(process.env, canApt());
  if (advice !== undefined)
    throw new ConfigError(`No container engine answers at ${found.tried.join(', ')}. ${advice}.`);
  return withLock(
    'engine',
    async () => {
      const meanwhile = await findEngine();
      return 'docker' in meanwhile ? meanwhile : startEngine(emit);
    },
    () => emit({ type: 'note', text: 'another process is starting the container engine' }),
  );
}

/** For commands that only look or clean up: nothing is started for them. */
export async function requireEngine(): Promise<Engine> {
  const found = await findEngine();
  if ('docker' in found) return found;
  throw new ConfigError(`No container engine answers at ${found.tried.join(', ')}. Start it, or set DOCKER_HOST.`);
}

/** What the user has to do; undefined when Stepwright can do it. */
export function whatToDo(env: NodeJS.ProcessEnv, canInstall: boolean): string | undefined {
  if (env.DOCKER_HOST) return 'Start the engine that DOCKER_HOST names, or unset it';
  const forbidding = forbidsInstall(env);
  if (forbidding !== undefined)
    return `Start Docker or Podman, set DOCKER_HOST, or unset ${forbidding} to have Docker installed`;
  if (!canInstall)
    return 'Install and start Docker (https://docs.docker.com/engine/install) or Podman, or set DOCKER_HOST';
  return undefined;
}
