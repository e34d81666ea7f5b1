// A patch judged in one fresh sandbox. Nothing that the patch can touch is trusted: see protect-tests.ts and run-tests.ts.
import type { Environment } from '../../core/schema/environment.ts';
import { GradingError, SandboxError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Verdict } from '../../core/schema/verdict.ts';
import type { Sandbox, SandboxBackend } from '../sandbox/sandbox.ts';
import { watchAddedFiles } from './added-files.ts';
import { applyPatch, pathsOfPatch, resetTree } from './apply-patch.ts';
import { gradeTests, gradingOf } from './grading.ts';
import { protectTests } from './protect-tests.ts';
import { runTests } from './run-tests.ts';

export interface SandboxOptions {
  backend: SandboxBackend;
  /** Label of the sandboxes, for the reaper. */
  runId?: string | undefined;
  /** Gets the test log of every run. */
  onLog?: (instance: Instance, log: string) => void | Promise<void>;
  signal?: AbortSignal | undefined;
}

/** How the judging of a patch ended, before it is dated and signed. */
export type Finding = Pick<Verdict, 'outcome' | 'resolved' | 'reason' | 'removed' | 'tests_status'>;

/** Throws when that cannot be found out: the sandbox broke, or the instance is at fault. */
export async function judgeOnce(
  options: SandboxOptions,
  environment: Environment,
  instance: Instance,
  patch: string,
): Promise<Finding> {
  await using box = await options.backend.open({
    image: instance.image,
    bugPatch: instance.bug_patch,
    baseCommit: instance.base_commit,
    ...(options.runId !== undefined && { runId: options.runId }),
    ...(options.signal && { signal: options.signal }),
  });
  const finding = await judgeIn(box, options, environment, instance, patch);
  // Somebody ended the container from outside, or the host had no memory left: what was found in it is worth nothing.
  if (box.restarts > 0 && !LIMITS.has(finding.outcome))
    throw new SandboxError(`${instance.instance_id}: the sandbox went down while the patch was judged.`);
  return finding;
}

/** Enforcing these takes the container down when there is no other way. */
const LIMITS: ReadonlySet<Verdict['outcome']> = new Set(['timed_out', 'out_of_memory', 'disk_full']);

async function judgeIn(
  box: Sandbox,
  { onLog, signal }: SandboxOptions,
  environment: Environment,
  instance: Instance,
  patch: string,
): Promise<Finding> {
  // Applied first, to the files that it was made for: whatever the patch does to them, these are the tests that it gets.
  if (instance.test_patch !== '') {
    const { applied, output } = await applyPatch(box, instance.test_patch, signal);
    if (!applied) throw new GradingError(`${instance.instance_id}: test_patch does not apply: ${lastLine(output)}`);
  }
  const restoreTests = await protectTests(box, [...environment.test_paths, ...pathsOfPatch(instance.test_patch)]);
  if (instance.test_patch !== '') await resetTree(box, signal);
  const removeSteering = await watchAddedFiles(box);
  const patched = await applyPatch(box, patch, signal);
  if (!patched.applied) return unresolved('patch_failed', lastLine(patched.output));
  const removed = await removeSteering();
  const restored = await restoreTests();
  if (restored.exitCode !== 0)
    return unresolved('patch_failed', `the patch leaves no place for the tests: ${lastLine(restored.output)}`);
  const grading = gradingOf(instance);
  const run = await runTests(box, instance, { timeoutMs: environment.test_timeout_s * 1000, grading, signal });
  await onLog?.(instance, run.log);
  const note = removed.length > 0 && { removed };
  if (run.outcome !== 'completed') return { ...unresolved(run.outcome, run.reason), ...note };
  const { testsStatus, resolved } = gradeTests(instance, run.statuses, grading);
  return { outcome: 'completed', resolved, reason: '', ...note, tests_status: testsStatus };
}

export const unresolved = (outcome: Verdict['outcome'], reason: string): Finding => ({
  outcome,
  resolved: false,
  reason,
});

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';
