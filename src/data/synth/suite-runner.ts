// The suite runner that making instances asks for: an environment's own suite, run with a bug in, in a fresh sandbox each time.

import { type Environment, imageOf } from '../../core/schema/environment.ts';
import { TaskError } from '../../core/schema/errors.ts';
import { applyPatch } from '../../world/judge/apply-patch.ts';
import { runTests } from '../../world/judge/run-tests.ts';
import type { Sandbox, SandboxBackend } from '../../world/sandbox/sandbox.ts';
import { evalScript } from './create-instance.ts';
import type { SuiteRun, SuiteRunner } from './suite-run.ts';

export interface SuiteRunnerOptions {
  backend: SandboxBackend;
  runId?: string | undefined;
  signal?: AbortSignal | undefined;
}

export function createSuiteRunner(environment: Environment, options: SuiteRunnerOptions): SuiteRunner {
  const { backend, runId, signal } = options;
  const open = (bugPatch?: string): Promise<Sandbox> =>
    backend.open({
      image: imageOf(environment),
      ...(bugPatch && { bugPatch }),
      ...(runId !== undefined && { runId }),
      ...(signal && { signal }),
    });
  return {
    async readFiles(pathspecs) {
      await using box = await open();
      const { output } = await box.exec(
        `git ls-files -z -- ${pathspecs.map((spec) => quote(`:(glob)${spec}`)).join(' ')}`,
      );
      const paths = output.split('\0').filter((path) => path !== '');
      const texts = await Promise.all(paths.sort().map((path) => box.readFile(`/testbed/${path}`)));
      return paths.map((path, index) => ({ path, text: texts[index]!.toString('utf8') }));
    },
    async runSuite({
      bugPatch,
      testPatch = '',
      source,
      timeoutMs = environment.test_timeout_s * 1000,
    }): Promise<SuiteRun> {
      await using box = await open(bugPatch);
      const baseCommit = (await box.exec('git rev-parse HEAD')).output.trim();
      const added = testPatch === '' ? { applied: true, output: '' } : await applyPatch(box, testPatch, signal);
      if (!added.applied)
        throw new TaskError(`The test patch does not apply: ${added.output.trim().split('\n').at(-1)}`);
      const started = performance.now();
      const script = { eval_script: evalScript(environment, source), log_parser: environment.log_parser };
      const run = await runTests(box, script, { timeoutMs, signal });
      return { ...run, valid: run.outcome === 'completed', baseCommit, durationMs: performance.now() - started };
    },
  };
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
