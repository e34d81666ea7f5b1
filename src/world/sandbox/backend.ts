// The one way to a sandbox backend: an engine that answers, with what dead runs left removed.
import { countOf } from '../../core/run/count-of.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { reap } from './container/reaper.ts';
import { checkRuntime, chooseRuntime } from './container/runtime.ts';
import { createDockerBackend } from './docker.ts';
import { ensureEngine } from './engine/ensure-engine.ts';
import type { SandboxBackend } from './sandbox.ts';

export interface BackendOptions {
  emit?: Emit | undefined;
  /** OCI runtime of every sandbox that this process opens. Default: STEPWRIGHT_RUNTIME, else the engine's own. */
  runtime?: string | undefined;
}

/** Does not build images: `ensureImages` does. */
export async function openBackend({ emit = silent, runtime }: BackendOptions = {}): Promise<SandboxBackend> {
  if (runtime !== undefined) chooseRuntime(runtime);
  const { docker } = await ensureEngine(emit);
  await checkRuntime(docker);
  const removed = await reap(docker);
  if (removed.length > 0)
    emit({ type: 'note', text: `removed ${countOf(removed.length, 'container')} that dead runs left` });
  return createDockerBackend(docker, emit);
}
