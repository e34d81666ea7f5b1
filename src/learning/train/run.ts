// What every training program stands on: the run folder, the data, the engine, the optimiser, and the end of an update (log, validate,
// checkpoint). The programs themselves are sft.ts, srl.ts and rlvr.ts.

import { join } from 'node:path';
import type { Given } from '../../core/options/check.ts';
import { defaultsOf } from '../../core/run/application.ts';
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import { withSpace, writeFileAtomic, writeJson } from '../../core/run/files.ts';
import { settleFolder } from '../../core/run/folders.ts';
import { type OpenRun, openRun } from '../../core/run/run-dir.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { StepInstance } from '../../core/schema/step-instance.ts';
import { renderBackend } from '../student/backend/backend.ts';
import { type StudentFiles, trainedParameters, writeMerged, writeStudent } from '../student/checkpoint/files.ts';
import { readAdapter } from '../student/checkpoint/peft.ts';
import { trainedLayout } from '../student/decoder/lora.ts';
import { trainingInputs } from './data/inputs.ts';
import { prepareRun } from './data/prepare.ts';
import { createSampler, type Sampler } from './data/sampler.ts';
import { findStart } from './data/start.ts';
import { nothingToLearn, overlongWarning, type Steps } from './data/steps.ts';
import { ADAMW, adamw, adamwState, clipByGlobalNorm, decayGroups } from './math/adamw.ts';
import { learningRate } from './math/schedule.ts';
import { requireFit } from './memory/memory-plan.ts';
import { type SettledOptions, type TrainOptions, trainOptionsSchema } from './options/options.ts';
import { type Engine, openEngine } from './parallel/engine.ts';
import type { RolloutJob } from './parallel/replica.ts';
import { selectModel } from './policy/selection.ts';
import { evenly, type StepRewardFunction, type Validation, validate } from './policy/validate.ts';
import { newProgress, type Progress, readCheckpoint } from './record/checkpoint.ts';
import { openEventFiles } from './record/event-files.ts';
import { type Metrics, openMetrics, renderMetrics } from './record/metrics.ts';
import { createSaver } from './record/saver.ts';

/** Updates in a row without an informative group after which a run ends: there is nothing to learn, or no way to. */
const MAX_UNINFORMATIVE = 3;

/** What is drawn from: a row of the data, made ready. */
export interface Drawn {
  instance: StepInstance | Instance;
}

export interface TrainingRun<Item extends Drawn> extends AsyncDisposable {
  readonly options: SettledOptions;
  readonly engine: Engine;
  readonly student: StudentFiles;
  readonly sampler: Sampler<Item>;
  /** How the policy answers, whatever it is asked. */
  readonly sampling: Omit<RolloutJob, 'prompts' | 'streams' | 'group'>;
  readonly progress: Progress;
  /** In the run folder. */
  path(...names: string[]): string;
  /** Why the run is at its end, if it is. */
  ending(): TrainResult['ending'] | undefined;
  /** One step down the gradient of these steps' loss, which is clipped in place. */
  applyGradient(gradient: Float32Array, batch: readonly Item[]): Promise<{ grad_norm: number; learning_rate: number }>;
  /** Counts and logs the update, validates and saves when it is time; throws when the run was interrupted. */
  finishUpdate(metrics: Metrics): Promise<void>;
  /** Saves what the updates before the one that failed came to. */
  rescue(): Promise<void>;
  /** The last validation and checkpoint; what the run gives. */
  finish(): Promise<TrainResult>;
}

export interface TrainResult {
  method: TrainOptions['method'];
  updates: number;
  tokens: number;
  /** `complete`: all updates or epochs were made. `patience`: validation did not get better. `uninformative`: several updates in a row found no
   * group whose rewards differ; the same command tries further ones. */
  ending: 'complete' | 'patience' | 'uninformative';
  /** The student with the best validation reward, which may be the one that the run started from; the last one where nothing is held out.
   * Adapters are merged. */
  student: string;
  /** With LoRA: the adapter in it, as PEFT's folder. */
  adapter?: string;
  last: string;
  best: Progress['best'];
  validation: Validation | null;
  /** Step instances that do not fit in the student's context. */
  dropped: number;
  /** Those whose expert's answer is longer than `--max-new-tokens`. */
  overlong: number;
}

export interface RunContext {
  reward: StepRewardFunction;
  emit: Emit;
  /** The run folder; an existing one is resumed. */
  run?: string | undefined;
  /** Every option of the command, kept in the run folder. */
  resolved?: Given | undefined;
  signal?: AbortSignal | undefined;
}

/** Update after update to the end of the run. What was made before a failure is saved. */
export async function trainToEnd<Item extends Drawn>(
  run: TrainingRun<Item>,
  makeUpdate: () => Promise<Metrics>,
): Promise<TrainResult> {
  try {
    while (run.ending() === undefined) await run.finishUpdate(await makeUpdate());
  } catch (error) {
    await run.rescue();
    throw error;
  }
  return await run.finish();
}

/** `itemsOf`: what the run draws from, all of it given. */
export async function openTrainingRun<Item extends Drawn>(
  options: TrainOptions,
  context: RunContext,
  itemsOf: (steps: Steps) => readonly Item[],
): Promise<TrainingRun<Item>> {
  // On how many threads, on what backend and in how much memory may change when a run is resumed; what is learnt may not.
  const { workers, backend, jobs, gradientCheckpointing, ...identity } = options;
  const run = await openRun({
    command: 'train',
    config: identity,
    defaults: defaultsOf(trainOptionsSchema),
    inputs: await trainingInputs(options),
    dir: context.run,
    resolved: context.resolved,
  });
  try {
    return await openIn(run, options, context, itemsOf);
  } catch (error) {
    await run[Symbol.asyncDispose]();
    throw error;
  }
}

/** The run folder is closed with the run. */
async function openIn<Item extends Drawn>(
  run: OpenRun,
  options: TrainOptions,
  { reward, emit, signal }: RunContext,
  itemsOf: (steps: Steps) => readonly Item[],
): Promise<TrainingRun<Item>> {
  const checkpoint = await readCheckpoint(run.dir);
  const { point, steps, found, settled, plan } = await prepareRun(options, checkpoint);
  const { config } = point;
  const items = itemsOf(steps);
  if (items.length === 0) throw nothingToLearn(steps, config.contextLength);
  requireFit(plan);
  emit({ type: 'note', text: renderBackend(found) });
  const start = await point.open();
  const { adapter } = start;
  const layout = trainedLayout(config, adapter?.lora);
  // Less a crumb that rounding may have left.
  const draws = options.epochs === undefined ? undefined : Math.ceil(options.epochs * items.length - 1e-9);
  const updates = draws === undefined ? options.updates : Math.ceil(draws / options.batch);
  // What a run that goes on started from is its reference still.
  const origin = checkpoint && options.klCoef > 0 ? await (await findStart(options)).open() : start;
  const reference = options.klCoef > 0 ? trainedParameters(origin) : undefined;
  const engine = await openEngine(config, trainedParameters(start), {
    workers: settled.workers,
    backend: found.chosen,
    reference,
    frozen: adapter && { lora: adapter.lora, parameters: start.parameters },
    gradientCheckpointing: options.gradientCheckpointing,
  });
  const { parameters, frozen } = engine;
  const student: StudentFiles = frozen
    ? { ...start, parameters: frozen.parameters, adapter: { ...adapter!, parameters } }
    : { ...start, parameters };
  const optimizer = checkpoint?.optimizer ?? adamwState(layout.size);
  const progress = checkpoint?.progress ?? newProgress();
  const sampler = createSampler(items, options.seed, progress.position);
  await settleFolder(run.path('best'));
  // Whoever calls again a run that found nothing to learn wants it to go on looking.
  if (progress.uninformative >= MAX_UNINFORMATIVE) progress.uninformative = 0;
  const done = { update: progress.update, isValidated: progress.validated?.update === progress.update };
  const log = await openMetrics(run.path('metrics.jsonl'), done);
  const samples = await openMetrics(run.path('samples.jsonl'), done, () => true);
  const events = await openEventFiles(run.path('tensorboard'), run.path('metrics.jsonl'));
  const heldout = evenly(steps.heldout, options.validationSize);
  const saver = createSaver(run.dir, { student, optimizer, progress, sampler }, checkpoint !== undefined);

  const record = async (row: Metrics): Promise<void> => {
    await log.append(row);
    await events.write(row);
  };
  const check = async (): Promise<void> => {
    if (heldout.length === 0) return;
    await selectModel({
      progress,
      validate: () => validate(engine, student.tokenizer, heldout, reward, settled.maxNewTokens),
      record,
      recordSample: (row) => samples.append(row),
      keepBest: () => withSpace('the best student so far', run.dir, () => writeStudent(run.path('best'), student)),
      emit,
    });
    saver.commit();
  };
  const requireFinite = async (value: number, what: string, batch: readonly Item[]): Promise<void> => {
    if (Number.isFinite(value)) return;
    const rows = run.path('not-finite.jsonl');
    await writeFileAtomic(rows, batch.map(({ instance }) => `${JSON.stringify(instance)}\n`).join(''));
    throw new ConfigError(
      `update ${progress.update + 1}: ${what} not finite. What it was made of is in ${rows}, the last checkpoint in ${join(run.dir, 'checkpoint')}; try a lower --lr.`,
    );
  };
  const ending = (): TrainResult['ending'] | undefined => {
    if (draws === undefined ? progress.update >= updates : sampler.position >= draws) return 'complete';
    if (options.patience > 0 && progress.stale >= options.patience) return 'patience';
    return progress.uninformative >= MAX_UNINFORMATIVE ? 'uninformative' : undefined;
  };

  const counts = `drawn from ${items.length}, ${countOf(steps.heldout.length, 'step')} held out, ${steps.dropped} too long`;
  const from = progress.update === 0 ? '' : `, from update ${progress.update}`;
  const beside = adapter ? ` of LoRA on ${start.parameters.length} frozen ones` : '';
  emit({ type: 'stage', name: `${options.method} of ${layout.size} parameters${beside}: ${counts}${from}` });
  const warning = overlongWarning(steps);
  if (warning !== undefined) emit({ type: 'warn', text: warning });
  if (progress.update === 0) await check();
  return {
    options: settled,
    engine,
    student,
    sampler,
    progress,
    path: run.path,
    sampling: {
      maxNewTokens: settled.maxNewTokens,
      temperature: options.temperature,
      topP: options.topP,
      topK: options.topK,
      stopTokens: student.tokenizer.stopTokens,
      tokens: student.tokenizer.size,
    },
    ending,
    applyGradient: async (gradient, batch) => {
      const norm = clipByGlobalNorm(gradient, options.maxGradNorm);
      await requireFinite(norm, 'the gradient is', batch);
      const schedule = { ...options, kind: options.schedule };
      // Under --epochs an update may take more draws than its batch has prompts: the rate follows the draws.
      const at = draws === undefined ? progress.update : progress.position / options.batch;
      const rate = learningRate(at, updates, options.lr, schedule);
      saver.leave();
      const sum = adamw(engine.parameters, gradient, optimizer, rate, decayGroups(layout), { ...ADAMW, ...options });
      await requireFinite(sum, 'the weights after it are', batch);
      await engine.refresh();
      return { grad_norm: norm, learning_rate: rate };
    },
    finishUpdate: async (metrics) => {
      progress.update++;
      progress.tokens += metrics.num_tokens ?? 0;
      const epoch = sampler.position / items.length;
      await record({ update: progress.update, epoch, ...metrics, num_tokens: progress.tokens });
      saver.commit();
      const of = draws === undefined ? `/${updates}` : ` (epoch ${epoch.toFixed(2)} of ${options.epochs})`;
      emit({ type: 'note', text: `update ${progress.update}${of}: ${renderMetrics(metrics)}` });
      const due = (every: number): boolean => every > 0 && progress.update % every === 0;
      if (due(options.validateEvery)) await check();
      if (due(options.saveEvery) || signal?.aborted) await saver.save();
      signal?.throwIfAborted();
    },
    rescue: saver.rescue,
    finish: async () => {
      await check();
      await saver.save();
      const last = run.path('checkpoint');
      const kept = progress.best === null ? last : run.path('best');
      const made = adapter ? { student: run.path('merged'), adapter: kept } : { student: kept };
      if (adapter) await writeMerged(made.student, { ...student, adapter: await readAdapter(kept, config) });
      const { update, tokens, best } = progress;
      const result: TrainResult = {
        method: options.method,
        updates: update,
        tokens,
        ending: ending() ?? 'complete',
        ...made,
        last,
        best,
        validation: progress.validated?.validation ?? null,
        dropped: steps.dropped,
        overlong: steps.overlong,
      };
      for (const text of remarks(result)) emit({ type: 'warn', text });
      await writeJson(run.path('result.json'), result);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      await log[Symbol.asyncDispose]();
      await samples[Symbol.asyncDispose]();
      await events[Symbol.asyncDispose]();
      await engine.dispose();
      await run[Symbol.asyncDispose]();
    },
  };
}

/** What whoever reads the result should know. */
function remarks({ ending, updates, best }: TrainResult): string[] {
  return [
    ...(ending === 'uninformative'
      ? [
          `Ended after ${MAX_UNINFORMATIVE} updates in a row without an informative group: nothing is left to learn here, or the student never varies (raise --temperature) or never keeps the format (--format lenient, or a short SFT first). All is saved; the same command tries further prompts.`,
        ]
      : []),
    ...(best?.update === 0 && updates > 0
      ? ['No validation was better than that of the student that the run started from: that is the best student.']
      : []),
  ];
}
