// `scoreRun`: predictions, or a student or model to run → verdicts and SWE-bench's report. The command `score` is this with a command line.
import { join } from 'node:path';
import { limitsOf } from '../../agents/loop/options.ts';
import { findPrompt } from '../../agents/loop/prompts.ts';
import { readInputRows } from '../../core/io/input-rows.ts';
import type { Given } from '../../core/options/check.ts';
import { resolveRunOptions } from '../../core/run/application.ts';
import { contentHash } from '../../core/run/content-hash.ts';
import { silent } from '../../core/run/events.ts';
import { writeJson } from '../../core/run/files.ts';
import { cacheDir } from '../../core/run/paths.ts';
import { type OpenRun, openRun } from '../../core/run/run-dir.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { stepInstanceSchema } from '../../core/schema/step-instance.ts';
import { hashOf, imageDigests } from '../../data/trajectory/provenance.ts';
import { createJudge } from '../../world/judge/judge.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../world/task/environments.ts';
import { loadSelected } from '../../world/task/selection.ts';
import { type Contestant, findContestant, type ScoreControl } from './contestant.ts';
import { jobsOf, type ScoreRunOptions, type ScoreSettings, scoreSchema } from './options.ts';
import { type ModelMeans, recordVerdicts, scoreModel } from './score-model.ts';
import { openScoring, type ScoreReport } from './scoring.ts';
import { openTestLogs } from './test-logs.ts';

/** What report.json holds. */
export interface NamedReport extends ScoreReport, ModelMeans {
  name: string;
  /** Predictions for instances that are not of this run. */
  unknown_predictions: number;
}

export interface ScoreResult extends NamedReport {
  /** The run folder: report.json, predictions, verdicts and the tests' logs are in it. */
  run: string;
  /** Whether every prediction could be judged and the resolve rate reaches `failUnder`. */
  passed: boolean;
}

/** Verdicts that the run folder or the cache has are not reached again. Rejects when the signal aborts; what was judged by then is in the
 * run folder. */
export async function scoreRun(given: ScoreRunOptions, control: ScoreControl = {}): Promise<ScoreResult> {
  const { options, resolved } = await resolveRunOptions(scoreSchema, given);
  const instances = await loadSelected(options.tasks, options);
  const contestant = await findContestant(options, instances, control);
  await using run = await openFolder(options, { contestant, instances, resolved });
  const report = await judgeAll(options, { run, contestant, instances, ...control });
  await writeJson(run.path('report.json'), report);
  if (contestant.openModel !== undefined) await recordVerdicts(run, report);
  const passed = report.infra_failure_instances === 0 && report.resolve_rate >= options.failUnder;
  return { ...report, run: run.dir, passed };
}

interface Scored {
  contestant: Contestant;
  instances: readonly Instance[];
}

const configOf = ({ contestant: { name, identity }, instances }: Scored) => ({
  name,
  instances: hashOf(instances),
  predictions: hashOf(identity),
});

async function openFolder(
  { steps, run: dir }: ScoreSettings,
  { resolved, ...scored }: Scored & { resolved: Given },
): Promise<OpenRun> {
  const inputs = steps === undefined ? {} : { '--steps': await contentHash([steps]) };
  return openRun({ command: 'score', config: configOf(scored), inputs, dir, resolved });
}

async function judgeAll(
  options: ScoreSettings,
  { run, contestant, instances, onEvent: emit = silent, signal }: Scored & ScoreControl & { run: OpenRun },
): Promise<NamedReport> {
  const { name, predictions, unknown, openModel } = contestant;
  const environments = await loadEnvironmentsOf(instances);
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  const digests = await imageDigests(instances.map(({ image }) => image));
  const judge = createJudge({
    ...{ backend, digests, runId: run.id, signal },
    environmentOf: ({ environment }) => environments.get(environment)!,
    cacheDir: options.cache ? join(cacheDir(), 'verdicts') : undefined,
    onLog: await openTestLogs(run, emit),
  });
  emit({ type: 'stage', name: `scoring ${name} into ${run.dir}`, total: instances.length });
  const jobs = jobsOf(options);
  await using scoring = await openScoring({ instances, judge, run, jobs: jobs.verdicts, emit, signal });
  predictions.forEach(scoring.submit);
  let means: ModelMeans = { step_reward: null, steps_mean: null, tokens_mean: null };
  if (openModel !== undefined) {
    await using model = await openModel();
    means = await scoreModel({
      ...{ name, model, instances, backend, digests, scoring, run, emit, signal, seed: options.seed, runId: run.id },
      steps: options.steps === undefined ? [] : await readInputRows(options.steps, stepInstanceSchema),
      prompt: findPrompt(options.prompt),
      limits: limitsOf(options),
      jobs: jobs.attempts,
      configHash: hashOf(configOf({ contestant, instances })),
    });
  }
  return { name, ...(await scoring.finish()), ...means, unknown_predictions: unknown };
}
