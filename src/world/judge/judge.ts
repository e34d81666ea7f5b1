// The judge: one patch, one fresh sandbox, one verdict. It trusts nothing that the patch can touch; see run-tests.ts and
// protect-tests.ts. What it could not find out is told apart from "not resolved".
import { isAbort } from '../../core/run/interrupt.ts';
import type { Environment } from '../../core/schema/environment.ts';
import { GradingError, messageOf, SandboxError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Verdict } from '../../core/schema/verdict.ts';
import type { Sandbox, SandboxBackend } from '../sandbox/sandbox.ts';
import { applyPatch, pathsOfPatch } from './apply-patch.ts';
import { gradeTests } from './grading.ts';
import { protectTests } from './protect-tests.ts';
import { runTests } from './run-tests.ts';
import { openVerdictCache, verdictKey } from './verdict-cache.ts';

export interface JudgeOptions {
  backend: SandboxBackend;
  environmentOf: (instance: Instance) => Environment | Promise<Environment>;
  /** Where verdicts are kept by content; without it every patch is judged anew. */
  cacheDir?: string | undefined;
  /** Image id by image reference. */
  digests?: ReadonlyMap<string, string> | undefined;
  /** Label of the sandboxes, for the reaper. */
  runId?: string | undefined;
  /** Told of the test log of every run. */
  onLog?: (instance: Instance, log: string) => void | Promise<void>;
  signal?: AbortSignal | undefined;
}

/** Never throws for what went wrong with one instance: that is the verdict's outcome. Throws when interrupted. */
export type Judge = (instance: Instance, patch: string | null) => Promise<Verdict>;

/** How the judging of a patch ended, before it is dated and signed. */
type Finding = Pick<Verdict, 'outcome' | 'resolved' | 'reason' | 'tests_status'>;

export function createJudge(options: JudgeOptions): Judge {
  const cache = options.cacheDir === undefined ? undefined : openVerdictCache(options.cacheDir);
  return async (instance, patch) => {
    const environment = await options.environmentOf(instance);
    const key = verdictKey(instance, environment, patch ?? '', options.digests?.get(instance.image));
    const known = await cache?.get(key, instance.instance_id);
    if (known !== undefined) return known;
    const started = performance.now();
    const finding = await findOut(options, environment, instance, patch);
    const duration_ms = Math.round(performance.now() - started);
    const verdict: Verdict = { instance_id: instance.instance_id, ...finding, duration_ms, cache_key: key };
    await cache?.put(verdict);
    return verdict;
  };
}

async function findOut(
  options: JudgeOptions,
  environment: Environment,
  instance: Instance,
  patch: string | null,
): Promise<Finding> {
  if (patch === null || patch.trim() === '') return unresolved('empty_patch', 'the patch is empty');
  let finding = await tryOnce(options, environment, instance, patch);
  // A broken sandbox is not the patch's doing: it gets a second one.
  if (finding.outcome === 'infra_failure') finding = await tryOnce(options, environment, instance, patch);
  return finding;
}

async function tryOnce(
  options: JudgeOptions,
  environment: Environment,
  instance: Instance,
  patch: string,
): Promise<Finding> {
  try {
    await using box = await options.backend.open({
      image: instance.image,
      bugPatch: instance.bug_patch,
      baseCommit: instance.base_commit,
      ...(options.runId !== undefined && { runId: options.runId }),
      ...(options.signal && { signal: options.signal }),
    });
    return await judgeIn(box, options, environment, instance, patch);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isAbort(error)) throw error;
    if (error instanceof SandboxError || error instanceof GradingError)
      return unresolved('infra_failure', messageOf(error));
    throw error;
  }
}

async function judgeIn(
  box: Sandbox,
  { onLog, signal }: JudgeOptions,
  environment: Environment,
  instance: Instance,
  patch: string,
): Promise<Finding> {
  const restoreTests = await protectTests(box, [...environment.test_paths, ...pathsOfPatch(instance.test_patch)]);
  const patched = await applyPatch(box, patch, signal);
  if (!patched.applied) return unresolved('patch_failed', lastLine(patched.output));
  await restoreTests();
  if (instance.test_patch !== '') {
    const tests = await applyPatch(box, instance.test_patch, signal);
    if (!tests.applied)
      throw new GradingError(`${instance.instance_id}: test_patch does not apply: ${lastLine(tests.output)}`);
  }
  const run = await runTests(box, instance, { timeoutMs: environment.test_timeout_s * 1000, signal });
  await onLog?.(instance, run.log);
  if (!run.valid) return unresolved(run.timedOut ? 'timed_out' : 'invalid_log', run.reason);
  const { testsStatus, resolved } = gradeTests(instance, run.statuses);
  return { outcome: 'completed', resolved, reason: '', tests_status: testsStatus };
}

const unresolved = (outcome: Verdict['outcome'], reason: string): Finding => ({ outcome, resolved: false, reason });

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';
