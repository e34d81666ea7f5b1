// What collect and replay share: the environments of some instances, and a judge for patches.
import { join } from 'node:path';
import { cacheDir } from '../core/run/paths.ts';
import type { Environment } from '../core/schema/environment.ts';
import type { Instance } from '../core/schema/instance.ts';
import type { JudgePatch } from '../data/collect/attempt-instance.ts';
import { createJudge } from '../world/judge/judge.ts';
import type { SandboxBackend } from '../world/sandbox/sandbox.ts';
import { loadEnvironment } from '../world/task/environments.ts';

export type EnvironmentsByName = ReadonlyMap<string, Environment>;

export async function loadEnvironmentsOf(instances: readonly Instance[]): Promise<EnvironmentsByName> {
  const names = [...new Set(instances.map(({ environment }) => environment))];
  const loaded = await Promise.all(names.map((name) => loadEnvironment(name)));
  return new Map(loaded.map((environment) => [environment.name, environment]));
}

/** Undefined when the machine failed, which says nothing about the patch. */
export function createPatchJudge(
  backend: SandboxBackend,
  environments: EnvironmentsByName,
  options: { runId: string; signal: AbortSignal },
): JudgePatch {
  const environmentOf = ({ environment }: Instance) => environments.get(environment)!;
  const judge = createJudge({ backend, environmentOf, cacheDir: join(cacheDir(), 'verdicts'), ...options });
  return async (instance, patch) => {
    const { outcome, resolved } = await judge(instance, patch);
    return outcome === 'infra_failure' ? undefined : resolved;
  };
}
