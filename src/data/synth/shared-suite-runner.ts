// A suite runner whose sandboxes stay open from one bug to the next: for environments that name each source file's own tests, where making
// hundreds of instances would otherwise mean opening thousands of containers. `tasks validate` judges each one in fresh sandboxes.

import { type Environment, imageOf } from '../../core/schema/environment.ts';
import { SandboxError } from '../../core/schema/errors.ts';
import { runTests } from '../../world/judge/run-tests.ts';
import type { Sandbox } from '../../world/sandbox/sandbox.ts';
import { evalScript } from './create-instance.ts';
import type { SuiteRun, SuiteRunner } from './suite-run.ts';
import { createSuiteRunner, type SuiteRunnerOptions } from './suite-runner.ts';

/** The clean repository with the bug in, and the hash of the commit that sealing it would make. */
const PLACE = `set -e
git reset -q --hard
git clean -qfd
git apply --whitespace=nowarn /tmp/bug.diff
git add -A
export GIT_AUTHOR_NAME=stepwright GIT_AUTHOR_EMAIL=stepwright@localhost GIT_AUTHOR_DATE=2000-01-01T00:00:00Z
export GIT_COMMITTER_NAME=stepwright GIT_COMMITTER_EMAIL=stepwright@localhost GIT_COMMITTER_DATE=2000-01-01T00:00:00Z
git commit-tree "$(git write-tree)" -m base`;

export function createSharedSuiteRunner(
  environment: Environment,
  options: SuiteRunnerOptions,
): SuiteRunner & AsyncDisposable {
  const { backend, runId, signal } = options;
  const fresh = createSuiteRunner(environment, options);
  const open: Sandbox[] = [];
  const free: Sandbox[] = [];
  const take = async (): Promise<Sandbox> => {
    const known = free.pop();
    if (known) return known;
    const box = await backend.open({
      image: imageOf(environment),
      ...(runId !== undefined && { runId }),
      ...(signal && { signal }),
    });
    open.push(box);
    return box;
  };
  return {
    readFiles: fresh.readFiles,
    async runSuite(patches): Promise<SuiteRun> {
      const { bugPatch, testPatch, source, timeoutMs = environment.test_timeout_s * 1000 } = patches;
      if (bugPatch === undefined || testPatch !== undefined) return fresh.runSuite(patches);
      // A sandbox that broke is not put back.
      const box = await take();
      await box.writeFile('/tmp/bug.diff', bugPatch);
      const placed = await box.exec(PLACE);
      if (placed.exitCode !== 0) throw new SandboxError(`The bug cannot be put in: ${placed.output.trim()}`);
      const script = { eval_script: evalScript(environment, source), log_parser: environment.log_parser };
      const started = performance.now();
      const run = await runTests(box, script, { timeoutMs, signal });
      const durationMs = performance.now() - started;
      free.push(box);
      return { ...run, valid: run.outcome === 'completed', baseCommit: placed.output.trim(), durationMs };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(open.map((box) => box.dispose()));
    },
  };
}
