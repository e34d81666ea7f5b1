// What every training program stands on: the run folder, the data, the engine, the optimiser, and the end of an update (log, validate,
// checkpoint). The programs themselves are sft.ts, srl.ts and rlvr.ts.
import { join } from 'node:path';
import type { Given } from '../../core/options/check.ts';
import type { Emit } from '../../core/run/events.ts';
import { withSpace, writeFileAtomic, writeJson } from '../../core/run/files.ts';
import { settleFolder } from '../../core/run/folders.ts';
import { type OpenRun, openRun } from '../../core/run/run-dir.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { StepInstance } from '../../core/schema/step-instance.ts';
import { renderBackend } from '../student/backend/backend.ts';
import { mergedStudent, type StudentFiles, trainedParameters, writeStudent } from '../student/checkpoint/files.ts';
import { readAdapter } from '../student/checkpoint/peft.ts';
import { trainedLayout } from '../student/qwen2/lora.ts';
import { trainingInputs } from './data/inputs.ts';
import { prepareRun } from './data/prepare.ts';
import { createSampler, type Sampler } from './data/sampler.ts';
import { findStart } from './data/start.ts';
import { nothingToLearn, type Steps } from './data/steps.ts';
import { ADAMW, adamw, adamwState, clipByGlobalNorm, decayGroups } from './math/adamw.ts';
import { learningRate } from './math/schedule.ts';
import { requireFit } from './memory/memory-plan.ts';
import type { TrainOptions } from './options/options.ts';
import { type Engine, openEngine } from './parallel/engine.ts';
import type { RolloutJob } from './parallel/replica.ts';
import { evenly, type StepRewardFunction, type Validation, validate } from './policy/validate.ts';
import { newProgress, type Progress, readCheckpoint, writeCheckpoint } from './record/checkpoint.ts';
import { openEventFiles } from './record/event-files.ts';
import { type Metrics, openMetrics, renderMetrics } from './record/metrics.ts';

/** Answers kept of every validation. */
const SAMPLES = 16;

/** What is drawn from: a row of the data, made ready. */
export interface Drawn {
  instance: StepInstance | Instance;
}

export interface TrainingRun<Item extends Drawn> extends AsyncDisposable {
  readonly options: TrainOptions;
  /** Updates that the run makes at most: `--updates`, or what `--epochs` comes to. */
  readonly updates: number;
  readonly engine: Engine;
  readonly student: StudentFiles;
  readonly sampler: Sampler<Item>;
  /** How the policy answers, whatever it is asked. */
  readonly sampling: Omit<RolloutJob, 'prompts' | 'streams' | 'group'>;
  readonly progress: Progress;
  /** In the run folder. */
  path(...names: string[]): string;
  /** True after the last update, or when validation has not got better for long enough. */
  isDone(): boolean;
  /** One step down the gradient of these steps' loss, which is clipped in place. */
  applyGradient(gradient: Float32Array, batch: readonly Item[]): Promise<{ grad_norm: number; learning_rate: number }>;
  /** Counts and logs the update, validates and saves when it is time; throws when the run was interrupted. */
  finishUpdate(metrics: Metrics): Promise<void>;
  /** The last validation and checkpoint; what the run gives. */
  finish(): Promise<TrainResult>;
}

export interface TrainResult {
  method: TrainOptions['method'];
  updates: number;
  tokens: number;
  /** The checkpoint with the best validation reward; the last one where nothing is held out. Adapters are merged. */
  student: string;
  /** With LoRA: the adapter in it, as PEFT's folder. */
  adapter?: string;
  last: string;
  best: Progress['best'];
  validation: Validation | null;
  /** Step instances that do not fit in the student's context. */
  dropped: number;
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
  const { point, steps, found, workers, plan } = await prepareRun(options, checkpoint?.student);
  const { config } = point;
  const items = itemsOf(steps);
  if (items.length === 0) throw nothingToLearn(steps, config.contextLength);
  requireFit(plan);
  emit({ type: 'note', text: renderBackend(found) });
  const start = await point.open();
  const { adapter } = start;
  const layout = trainedLayout(config, adapter?.lora);
  const updates =
    options.epochs === undefined ? options.updates : Math.ceil((options.epochs * items.length) / options.batch);
  // What a run that goes on started from is its reference still.
  const origin = checkpoint && options.klCoef > 0 ? await (await findStart(options)).open() : start;
  const reference = options.klCoef > 0 ? trainedParameters(origin) : undefined;
  const engine = await openEngine(config, trainedParameters(start), {
    workers,
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
  const log = await openMetrics(run.path('metrics.jsonl'), progress.update);
  const samples = await openMetrics(run.path('samples.jsonl'), progress.update);
  const hasWriter = found.chosen === 'tensorflow';
  const events = hasWriter ? await openEventFiles(run.path('tensorboard'), run.path('metrics.jsonl')) : undefined;
  const heldout = evenly(steps.heldout, options.validationSize);
  let validation: Validation | null = null;
  let savedAt: number | undefined = checkpoint?.progress.update;
  let checkedAt: number | undefined;

  const record = async (row: Metrics): Promise<void> => {
    await log.append(row);
    events?.write(row);
  };
  const save = async (): Promise<void> => {
    if (savedAt === progress.update) return;
    progress.position = sampler.position;
    await withSpace(`the checkpoint of update ${progress.update}`, run.dir, () =>
      writeCheckpoint(run.dir, { student, optimizer, progress }),
    );
    savedAt = progress.update;
  };
  const check = async (): Promise<void> => {
    if (heldout.length === 0 || checkedAt === progress.update) return;
    checkedAt = progress.update;
    const seen = await validate(engine, student.tokenizer, heldout, reward, options.maxNewTokens);
    validation = seen.validation;
    const { update } = progress;
    await record({ update, ...validation });
    for (const sample of evenly(seen.samples, SAMPLES)) await samples.append({ update, ...sample });
    emit({ type: 'note', text: `update ${update}: ${renderMetrics(validation)}` });
    progress.stale++;
    if (progress.best !== null && validation['eval/reward'] <= progress.best.reward) return;
    progress.best = { update, reward: validation['eval/reward'] };
    progress.stale = 0;
    await withSpace('the best student so far', run.dir, () => writeStudent(run.path('best'), student));
  };

  const counts = `drawn from ${items.length}, ${steps.heldout.length} steps held out, ${steps.dropped} too long`;
  const from = progress.update === 0 ? '' : `, from update ${progress.update}`;
  const beside = adapter ? ` of LoRA on ${start.parameters.length} frozen ones` : '';
  emit({ type: 'stage', name: `${options.method} of ${layout.size} parameters${beside}: ${counts}${from}` });
  return {
    options,
    engine,
    student,
    sampler,
    progress,
    updates,
    path: run.path,
    sampling: {
      maxNewTokens: options.maxNewTokens,
      temperature: options.temperature,
      topP: options.topP,
      topK: options.topK,
      stopTokens: student.tokenizer.stopTokens,
      tokens: student.tokenizer.size,
    },
    isDone: () => progress.update >= updates || (options.patience > 0 && progress.stale >= options.patience),
    applyGradient: async (gradient, batch) => {
      const norm = clipByGlobalNorm(gradient, options.maxGradNorm);
      if (!Number.isFinite(norm)) {
        const rows = run.path('not-finite.jsonl');
        await writeFileAtomic(rows, batch.map(({ instance }) => `${JSON.stringify(instance)}\n`).join(''));
        throw new ConfigError(
          `update ${progress.update + 1}: the gradient is not finite. What it was made of is in ${rows}, the last checkpoint in ${join(run.dir, 'checkpoint')}; try a lower --lr.`,
        );
      }
      const schedule = { ...options, kind: options.schedule };
      const rate = learningRate(progress.update, updates, options.lr, schedule);
      adamw(engine.parameters, gradient, optimizer, rate, decayGroups(layout), { ...ADAMW, ...options });
      await engine.refresh();
      return { grad_norm: norm, learning_rate: rate };
    },
    finishUpdate: async (metrics) => {
      progress.update++;
      progress.tokens += metrics.num_tokens ?? 0;
      const epoch = sampler.position / items.length;
      await record({ update: progress.update, epoch, ...metrics, num_tokens: progress.tokens });
      emit({ type: 'note', text: `update ${progress.update}/${updates}: ${renderMetrics(metrics)}` });
      const due = (every: number): boolean => every > 0 && progress.update % every === 0;
      if (due(options.validateEvery)) await check();
      if (due(options.saveEvery) || signal?.aborted) await save();
      signal?.throwIfAborted();
    },
    finish: async () => {
      await check();
      await save();
      const last = run.path('checkpoint');
      const kept = progress.best === null ? last : run.path('best');
      const made = adapter ? { student: run.path('merged'), adapter: kept } : { student: kept };
      if (adapter)
        await writeStudent(made.student, mergedStudent({ ...student, adapter: await readAdapter(kept, config) }));
      const { update, tokens, best } = progress;
      const { method } = options;
      const { dropped } = steps;
      const result: TrainResult = { method, updates: update, tokens, ...made, last, best, validation, dropped };
      await writeJson(run.path('result.json'), result);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      await log[Symbol.asyncDispose]();
      await samples[Symbol.asyncDispose]();
      await events?.[Symbol.asyncDispose]();
      await engine.dispose();
      await run[Symbol.asyncDispose]();
    },
  };
}
