// Makes instances out of mutations: tries candidates until enough are kept. One is kept when its runs agree that at least one test fails
// and one stays, and when what fails can be told as a user would. The same seed gives the same instances, however many run at a time.
import type { Emit } from '../../core/run/events.ts';
import { mapPool } from '../../core/run/pool.ts';
import type { Environment } from '../../core/schema/environment.ts';
import { messageOf, SandboxError, TaskError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { type Candidate, listCandidates } from './candidates.ts';
import { createInstance } from './create-instance.ts';
import { readFailureReports } from './failure-reports.ts';
import { givesAway, writeBriefStatement, writeStatement } from './statement.ts';
import { type Baseline, runBaseline, runBug } from './suite-diff.ts';
import type { SourceFile, SuiteRunner } from './suite-run.ts';

export interface SynthOptions {
  environment: Environment;
  suite: string;
  suiteRunner: SuiteRunner;
  count: number;
  perFunction: number;
  kinds?: readonly string[] | undefined;
  seed: number;
  concurrency: number;
  journal: SynthJournal;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

/** What became of a candidate. */
export type Tried = { id: string; why: string } | { id: string; instance: Instance };

/** Remembers over an interruption what was tried. */
export interface SynthJournal {
  get(id: string): Tried | undefined;
  put(tried: Tried): Promise<void>;
}

/** A bug that breaks a large part of the suite is no riddle. */
const MAX_FAILING_SHARE = 0.15;
/** Mutants that loop are stopped after this many times the clean suite's time. */
const TIMEOUT_FACTOR = 6;
const LEAST_TIMEOUT_MS = 45_000;

export async function synthesize(options: SynthOptions): Promise<Instance[]> {
  const { environment, suiteRunner, count, perFunction, concurrency, emit, signal } = options;
  const tests = await suiteRunner.readFiles(environment.test_paths);
  const sources = await suiteRunner.readFiles(environment.source_globs);
  const candidates = await listCandidates(environment, sources, options);
  const baseline = await runBaseline(suiteRunner);
  if ('why' in baseline) throw new TaskError(`envs/${environment.name}: ${baseline.why}. Fix the environment first.`);
  const timeoutMs = Math.max(LEAST_TIMEOUT_MS, TIMEOUT_FACTOR * baseline.slowestMs);
  const attempt = (candidate: Candidate) => tryCandidate(candidate, { ...options, tests, baseline, timeoutMs });

  const made: Instance[] = [];
  const perKey = new Map<string, number>();
  const isFull = (key: string): boolean => (perKey.get(key) ?? 0) >= perFunction;
  let next = 0;
  while (made.length < count && next < candidates.length) {
    const wave: Candidate[] = [];
    for (; wave.length < concurrency && next < candidates.length; next++)
      if (!isFull(candidates[next]!.functionKey)) wave.push(candidates[next]!);
    const results = await mapPool(wave, concurrency, attempt, { signal });
    for (const [index, tried] of results.entries()) {
      const key = wave[index]!.functionKey;
      if (!('instance' in tried) || isFull(key) || made.length === count) continue;
      perKey.set(key, (perKey.get(key) ?? 0) + 1);
      made.push(tried.instance);
    }
    emit({ type: 'progress', done: made.length, total: count, text: `${environment.name}: ${next} tried` });
  }
  return made;
}

type Attempt = SynthOptions & { tests: SourceFile[]; baseline: Baseline; timeoutMs: number };

async function tryCandidate(candidate: Candidate, options: Attempt): Promise<Tried> {
  const known = options.journal.get(candidate.id);
  if (known) return known;
  try {
    const tried = await judgeCandidate(candidate, options);
    await options.journal.put(tried);
    return tried;
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    // Not remembered: the next run tries it again.
    options.emit({ type: 'warn', text: `${candidate.id}: ${messageOf(error)}` });
    return { id: candidate.id, why: messageOf(error) };
  }
}

async function judgeCandidate(candidate: Candidate, options: Attempt): Promise<Tried> {
  const { environment, suiteRunner, baseline, timeoutMs, suite, tests } = options;
  const { id, bugPatch, goldPatch, functionKey, mutation } = candidate;
  const source = environment.own_tests && functionKey.split('::')[0];
  const result = await runBug(suiteRunner, { bugPatch, timeoutMs, ...(source && { source }) }, baseline.passing);
  if ('why' in result) return { id, why: result.why };
  if (result.failToPass.length > MAX_FAILING_SHARE * baseline.passing.length) return { id, why: 'too much fails' };
  const [first, ...more] = await readFailureReports(result.run.log, environment, tests);
  if (!first) return { id, why: 'nothing that a user could report' };
  const statement =
    environment.statements === 'brief'
      ? writeBriefStatement(first)
      : writeStatement([first, ...more], {
          project: environment.name,
          version: environment.version,
          language: environment.language,
          seed: `${options.seed} ${id}`,
        });
  if (givesAway(statement, mutation)) return { id, why: 'the statement would give it away' };
  const instance = createInstance(environment, {
    id,
    suite,
    source,
    statement,
    bugPatch,
    goldPatch,
    lists: result,
    failing: baseline.failing,
    baseCommit: result.run.baseCommit,
    metadata: { function: functionKey, mutation: mutation.kind, origin: 'synth' },
  });
  return { id, instance };
}
