// The judge: one patch, one fresh sandbox, one verdict, kept by content. What it could not find out is told apart from "not resolved",
// and what only the machine did is never kept. See judge-once.ts for the steps.
import { isAbort } from '../../core/run/interrupt.ts';
import type { Environment } from '../../core/schema/environment.ts';
import { messageOf } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Verdict } from '../../core/schema/verdict.ts';
import { type Finding, judgeOnce, type SandboxOptions, unresolved } from './judge-once.ts';
import { openVerdictCache, type VerdictCache, verdictKey } from './verdict-cache.ts';

export interface JudgeOptions extends SandboxOptions {
  environmentOf: (instance: Instance) => Environment | Promise<Environment>;
  /** Where verdicts are kept by content; without it every patch is judged anew. */
  cacheDir?: string | undefined;
  /** Image id by image reference. */
  digests?: ReadonlyMap<string, string> | undefined;
}

/** Never throws for what went wrong with one instance: that is the verdict's outcome. Throws when interrupted. */
export type Judge = (instance: Instance, patch: string | null) => Promise<Verdict>;

export function createJudge(options: JudgeOptions): Judge {
  const cache = options.cacheDir === undefined ? undefined : openVerdictCache(options.cacheDir);
  return async (instance, patch) => {
    const started = performance.now();
    const date = (finding: Finding, cache_key: string): Verdict => ({
      instance_id: instance.instance_id,
      ...finding,
      duration_ms: Math.round(performance.now() - started),
      cache_key,
    });
    try {
      const environment = await options.environmentOf(instance);
      const key = verdictKey(instance, environment, patch ?? '', options.digests?.get(instance.image));
      const cached = await cache?.get(key, instance.instance_id).catch(() => undefined);
      if (cached !== undefined) return cached;
      const { finding, isLasting } = await findOut(options, environment, instance, patch);
      const verdict = date(finding, key);
      if (isLasting) await keep(cache, verdict);
      return verdict;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (isAbort(error)) throw error;
      return date(unresolved('infra_failure', messageOf(error)), '');
    }
  };
}

/** A disk that is full loses the cache, not the verdict. */
const keep = (cache: VerdictCache | undefined, verdict: Verdict): Promise<void> | undefined =>
  cache?.put(verdict).catch(() => undefined);

/** `isLasting`: it would be the same at any other time. */
interface Answer {
  finding: Finding;
  isLasting: boolean;
}

/** A broken sandbox is not the patch's doing, and an unreadable log may not be: each gets a second one. */
async function findOut(
  options: JudgeOptions,
  environment: Environment,
  instance: Instance,
  patch: string | null,
): Promise<Answer> {
  if (patch === null || patch.trim() === '')
    return { finding: unresolved('empty_patch', 'the patch is empty'), isLasting: true };
  const first = await tryOnce(options, environment, instance, patch);
  if (first.outcome !== 'infra_failure' && first.outcome !== 'invalid_log')
    return { finding: first, isLasting: isAboutPatch(first) };
  const second = await tryOnce(options, environment, instance, patch);
  const agree = first.outcome === 'invalid_log' && second.outcome === 'invalid_log' && first.reason === second.reason;
  return { finding: second, isLasting: agree || isAboutPatch(second) };
}

/** Load ends runs that would have come to their end, or fills memory and disks: that says nothing of the next time. */
const isAboutPatch = ({ outcome }: Finding): boolean => outcome === 'completed' || outcome === 'patch_failed';

async function tryOnce(
  options: JudgeOptions,
  environment: Environment,
  instance: Instance,
  patch: string,
): Promise<Finding> {
  try {
    return await judgeOnce(options, environment, instance, patch);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isAbort(error)) throw error;
    return unresolved('infra_failure', messageOf(error));
  }
}
