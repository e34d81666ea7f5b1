// `collectRun`: a teacher attempts instances in containers; each attempt becomes a trajectory in the run folder. The command `collect` is
// this with a command line.
import { limitsOf } from '../../agents/loop/options.ts';
import { findPrompt, promptHash } from '../../agents/loop/prompts.ts';
import type { ModelFactory } from '../../agents/model/model.ts';
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Attempt } from '../../core/schema/trajectory.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../world/task/environments.ts';
import { loadSelectedBySource } from '../../world/task/selection.ts';
import { saveTrajectories } from '../trajectory/load.ts';
import { currentCommit, hashOf, imageDigests, otherImages } from '../trajectory/provenance.ts';
import { openStore } from '../trajectory/store.ts';
import { type CollectOptions, collect } from './collect.ts';
import { openTeacher } from './open-teacher.ts';
import { type CollectRunOptions, type CollectSettings, collectSchema } from './options.ts';
import { createPatchJudge } from './patch-judge.ts';
import { type CollectReport, reportOf } from './report.ts';
import { openFolder } from './run-folder.ts';

export interface CollectControl extends RunControl {
  /** A teacher of the caller's, in place of the one that the options name. */
  teacher?: { name: string; open: ModelFactory } | undefined;
}

export interface CollectResult extends CollectReport {
  /** Trajectories that `onlyResolved` lets through. */
  kept: number;
  /** The file they were written to, where one was asked for. */
  out?: string;
}

/** Attempts that the run folder has are not made again. Rejects when the signal aborts and when the provider refuses every call; what was
 * finished by then is in the run folder. */
export async function collectRun(options: CollectRunOptions, control: CollectControl = {}): Promise<CollectResult> {
  const { result, failure } = await collectUntilStopped(options, control);
  if (failure !== undefined) throw failure;
  return result;
}

export interface StoppableCollect {
  result: CollectResult;
  /** What ended the run before every attempt was made. */
  failure?: unknown;
}

/** The same for whoever wants to know what there is of a run that was stopped, too. */
export async function collectUntilStopped(
  given: CollectRunOptions,
  { onEvent: emit = silent, signal, teacher }: CollectControl = {},
): Promise<StoppableCollect> {
  const { options: named, resolved } = await resolveRunOptions(collectSchema, given);
  const options = { ...named, teacher: teacher?.name ?? named.teacher };
  const sources = await loadSelectedBySource(options.tasks, options);
  const instances = [...sources.keys()];
  const environments = await loadEnvironmentsOf(instances);
  const modelOf = teacher?.open ?? (await openTeacher(options, instances, environments, emit));
  await using folder = await openFolder(options, { ...resolved, teacher: options.teacher }, instances);
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  await using store = await openStore(folder.path('trajectories.jsonl'), emit);
  emit({ type: 'stage', name: `collecting with ${options.teacher} into ${folder.dir}`, total: instances.length });
  const attemptsAs = await attemptSettings(options, instances);
  for (const text of otherImages(store.all(), attemptsAs.digests)) emit({ type: 'warn', text });
  const failure = await failureOf(
    collect({
      ...attemptsAs,
      ...{ instances, backend, modelOf, store, emit, signal, runId: folder.id },
      judge: options.judge ? createPatchJudge(backend, environments, { runId: folder.id, signal }) : undefined,
      suiteOf: (instance) => sources.get(instance),
    }),
  );
  const wanted = instances.length * options.attempts;
  const { judge: isJudged } = options;
  const report = reportOf(store.all(), { wanted, isJudged, costUsd: store.costUsd(), run: folder.dir });
  const result = { ...report, ...(await saveKept(store.all(), options)) };
  return failure === undefined ? { result } : { result, failure };
}

type AttemptSettings = 'prompt' | 'limits' | 'attempts' | 'seed' | 'jobs' | 'configHash' | 'gitCommit' | 'digests';

async function attemptSettings(
  options: CollectSettings,
  instances: readonly Instance[],
): Promise<Required<Pick<CollectOptions, AttemptSettings>>> {
  const { teacher, model, stdioCommand, attempts, seed, jobs } = options;
  const prompt = findPrompt(options.prompt);
  const limits = limitsOf(options);
  return {
    ...{ prompt, limits, attempts, seed, jobs },
    configHash: hashOf([teacher, model, stdioCommand, promptHash(prompt), limits, seed]),
    gitCommit: await currentCommit(),
    digests: await imageDigests(instances.map(({ image }) => image)),
  };
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error ?? new Error('unknown failure'),
  );

async function saveKept(
  attempts: readonly Attempt[],
  { onlyResolved, out }: CollectSettings,
): Promise<Pick<CollectResult, 'kept' | 'out'>> {
  const kept = attempts.filter((attempt) => !onlyResolved || attempt.resolved === true);
  if (out === undefined) return { kept: kept.length };
  await saveTrajectories(out, kept.sort(byInstance));
  return { kept: kept.length, out };
}

const byInstance = (a: Attempt, b: Attempt): number =>
  a.instance_id.localeCompare(b.instance_id, 'en') || a.attempt - b.attempt;
