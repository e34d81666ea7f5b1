// `synthRun`: small bugs planted in environments' sources become instances of a suite. The command `tasks synth` is this with a command
// line.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import { openRun } from '../../core/run/run-dir.ts';
import type { Environment } from '../../core/schema/environment.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import type { SandboxBackend } from '../../world/sandbox/sandbox.ts';
import { loadEnvironment } from '../../world/task/environments.ts';
import { loadInstances, tasksDir } from '../../world/task/load.ts';
import { writeSuite } from '../../world/task/write.ts';
import { openJournal } from './journal.ts';
import { type SynthRunOptions, synthSchema } from './options.ts';
import { createSharedSuiteRunner } from './shared-suite-runner.ts';
import { synthesizeSuite } from './suite.ts';
import type { SuiteRunner } from './suite-run.ts';
import { createSuiteRunner } from './suite-runner.ts';

export interface SynthResult {
  /** The new instances. */
  instances: Instance[];
  /** Folder of the suite, which has them beside those it had. */
  out: string;
  /** The run folder: `tried.jsonl` in it has every candidate. */
  run: string;
}

/** Candidates that the run folder has are not tried again. */
export async function synthRun(
  given: SynthRunOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<SynthResult> {
  const { options, resolved } = await resolveRunOptions(synthSchema, given);
  const { suite, kinds, seed, count, perFunction, heldout: heldoutShare, jobs: concurrency } = options;
  const environments = await Promise.all(options.env.map((name) => loadEnvironment(name)));
  const out = options.out ?? join(tasksDir(), suite);
  const existing = (await isThere(out)) ? await loadInstances(out) : [];
  const versions = environments.map(({ name, version }) => `${name} ${version}`);
  await using run = await openRun({
    command: 'tasks-synth',
    config: { suite, seed, versions },
    dir: options.run,
    resolved,
  });
  await ensureImages(environments, { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  await using journal = await openJournal(run.path('tried.jsonl'), emit);
  await using runners = createBenches({ backend, runId: run.id, signal });
  const instances = await synthesizeSuite({
    ...{ environments, existing, suite, count, perFunction, kinds, seed, heldoutShare, concurrency },
    ...{ journal, emit, signal, suiteRunnerFor: runners.open },
  });
  await writeSuite(out, [...existing, ...instances], options.form);
  return { instances, out, run: run.dir };
}

interface Benches extends AsyncDisposable {
  open(environment: Environment): SuiteRunner;
}

/** A suite runner for each environment; all of them are closed together. */
function createBenches(context: { backend: SandboxBackend; runId: string; signal?: AbortSignal | undefined }): Benches {
  const runners: (SuiteRunner & Partial<AsyncDisposable>)[] = [];
  return {
    open(environment) {
      const create = environment.own_tests === undefined ? createSuiteRunner : createSharedSuiteRunner;
      const bench = create(environment, context);
      runners.push(bench);
      return bench;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(runners.map((bench) => bench[Symbol.asyncDispose]?.()));
    },
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
