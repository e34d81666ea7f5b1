// Whether a patch resolves its instance, for whoever wants the answer and not the whole verdict.
import { join } from 'node:path';
import { cacheDir } from '../../core/run/paths.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { createJudge } from '../../world/judge/judge.ts';
import type { SandboxBackend } from '../../world/sandbox/sandbox.ts';
import type { EnvironmentsByName } from '../../world/task/environments.ts';
import type { JudgePatch } from './attempt-instance.ts';

/** Answers with undefined when the machine failed, which says nothing about the patch. */
export function createPatchJudge(
  backend: SandboxBackend,
  environments: EnvironmentsByName,
  options: { runId: string; signal?: AbortSignal | undefined },
): JudgePatch {
  const environmentOf = ({ environment }: Instance) => environments.get(environment)!;
  const judge = createJudge({ backend, environmentOf, cacheDir: join(cacheDir(), 'verdicts'), ...options });
  return async (instance, patch) => {
    const { outcome, resolved } = await judge(instance, patch);
    return outcome === 'infra_failure' ? undefined : resolved;
  };
}
