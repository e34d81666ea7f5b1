// `score`: predictions, or a student to run → verdicts and SWE-bench's report.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { limitsOf } from '../../agents/loop/options.ts';
import { findPrompt } from '../../agents/loop/prompts.ts';
import { readInputRows } from '../../core/io/input-rows.ts';
import { contentHash } from '../../core/run/content-hash.ts';
import type { Emit } from '../../core/run/events.ts';
import { writeJson } from '../../core/run/files.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { cacheDir } from '../../core/run/paths.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { openRun } from '../../core/run/run-dir.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { stepInstanceSchema } from '../../core/schema/step-instance.ts';
import { hashOf, imageDigests } from '../../data/trajectory/provenance.ts';
import { openStudentModel } from '../../learning/student/serve/model.ts';
import { loadPredictions } from '../../results/evaluate/predictions.ts';
import { type ModelMeans, recordVerdicts, scoreModel } from '../../results/evaluate/score-model.ts';
import { openScoring, writeTestLog } from '../../results/evaluate/scoring.ts';
import { createJudge } from '../../world/judge/judge.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../world/task/environments.ts';
import { loadSelected } from '../../world/task/selection.ts';
import { defineCommand, type Invocation } from '../options/command.ts';
import { jobsOf, type ScoreCommandOptions, scoreSchema, settingsOf } from '../options/score.ts';
import { EXIT, printJson } from '../output.ts';
import { type ConcludedReport, describeScore } from '../reports/score.ts';
import { withStudentFolder } from '../student-source.ts';

export const scoreCommand = defineCommand({
  name: 'score',
  about: 'Judges predictions, or the patches of a student that it runs, and reports the resolve rate.',
  options: scoreSchema,
  examples: [
    'stepwright score --predictions gold --tasks upstream',
    'stepwright score --student students/base-tiny --tasks katas --split heldout --run runs/base',
  ],
  run: score,
});

async function score(given: ScoreCommandOptions, { resolved }: Invocation): Promise<void> {
  const options = await withStudentFolder(given);
  const emit = createReporter();
  const signal = interruptSignal();
  const { predictions: file, student } = options;
  if ((file === undefined) === (student === undefined))
    throw new ConfigError('Give either --predictions (a file, or `gold`) or --student (a folder).');
  const instances = await loadSelected(options.tasks, options);
  const loaded = file === undefined ? undefined : await loadPredictions(file, instances, emit);
  const { predictions, unknown } = loaded ?? { predictions: [], unknown: 0 };
  const name = options.name ?? predictions[0]?.model_name_or_path ?? basename(given.student ?? '');
  const made = student === undefined ? predictions : [await hashOfFolder(student), settingsOf(options)];
  const config = { name, instances: hashOf(instances), predictions: hashOf(made) };
  const inputs = options.steps === undefined ? {} : { '--steps': await contentHash([options.steps]) };
  await using run = await openRun({ command: 'score', config, inputs, dir: options.run, resolved });

  const environments = await loadEnvironmentsOf(instances);
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  const digests = await imageDigests(instances.map(({ image }) => image));
  const judge = createJudge({
    ...{ backend, digests, runId: run.id, signal },
    environmentOf: ({ environment }) => environments.get(environment)!,
    cacheDir: options.cache ? join(cacheDir(), 'verdicts') : undefined,
    onLog: (instance, log) => writeTestLog(run, instance, log),
  });
  emit({ type: 'stage', name: `scoring ${name} into ${run.dir}`, total: instances.length });
  const jobs = jobsOf(options);
  await using scoring = await openScoring({ instances, judge, run, jobs: jobs.verdicts, emit, signal });
  let means: ModelMeans = { step_reward: null, steps_mean: null, tokens_mean: null };
  if (student === undefined) {
    predictions.forEach(scoring.submit);
  } else {
    const { window, maxNewTokens, seed, workers } = options;
    await using model = await openStudentModel(student, { name, window, maxNewTokens, seed, workers });
    means = await scoreModel({
      ...{ name, model, instances, backend, digests, scoring, run, seed, emit, signal, runId: run.id },
      steps: options.steps === undefined ? [] : await readInputRows(options.steps, stepInstanceSchema),
      prompt: findPrompt(options.prompt),
      limits: limitsOf(options),
      jobs: jobs.attempts,
      configHash: hashOf(config),
    });
  }
  const report = { name, ...(await scoring.finish()), ...means, unknown_predictions: unknown };
  await writeJson(run.path('report.json'), report);
  if (student !== undefined) await recordVerdicts(run, report);
  conclude(report, options, emit);
}

function conclude(report: ConcludedReport, { failUnder, json }: ScoreCommandOptions, emit: Emit): void {
  for (const id of report.error_ids) emit({ type: 'warn', text: `${id}: ${report.failure_reasons[id]}` });
  emit({ type: 'note', text: describeScore(report) });
  if (json) printJson(report);
  if (report.infra_failure_instances > 0 || report.resolve_rate < failUnder) process.exitCode = EXIT.someFailed;
}

/** Of the files' contents, so that a run is resumed with the very same student only. */
async function hashOfFolder(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => {
    throw new ConfigError(
      `--student ${folder}: no such folder. Give a student folder (config.json, weights, tokenizer).`,
    );
  });
  const hash = createHash('sha256');
  for (const name of names.sort())
    if (/\.(json|safetensors)$/.test(name)) hash.update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
