// What every training program stands on: the run folder, the data, the engine, the optimiser, and the end of an update (log, validate,
// checkpoint). The programs themselves are sft.ts and srl.ts.
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emit } from '../run/events.ts';
import { writeJson } from '../run/files.ts';
import { JsonlWriter } from '../run/jsonl.ts';
import { openRun } from '../run/run-dir.ts';
import { ConfigError } from '../schema/errors.ts';
import { type StudentFiles, writeStudent } from '../student/files.ts';
import { initStudent } from '../student/init.ts';
import { parameterLayout } from '../student/parameters.ts';
import { readStudent } from '../student/student.ts';
import { ADAMW, type AdamwState, adamw, adamwState, clipByGlobalNorm, decayGroups } from './adamw.ts';
import { newProgress, type Progress, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { type Engine, openEngine } from './engine.ts';
import type { TrainOptions } from './options.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { learningRate } from './schedule.ts';
import { encodeSteps, readStepInstances, type TrainStep } from './steps.ts';
import { type StepRewardFunction, type Validation, validate } from './validate.ts';

export type Metrics = Record<string, number>;

export interface TrainingRun extends AsyncDisposable {
  readonly dir: string;
  readonly options: TrainOptions;
  readonly engine: Engine;
  readonly student: StudentFiles;
  readonly sampler: Sampler<TrainStep>;
  readonly progress: Progress;
  /** One step down the gradient; it is clipped in place. */
  applyGradient(gradient: Float32Array): Promise<{ grad_norm: number; learning_rate: number }>;
  /** Counts and logs the update, validates and saves when it is time, and throws when the run was interrupted. */
  finishUpdate(metrics: Metrics): Promise<void>;
  /** The last validation and checkpoint; what the run gives. */
  finish(): Promise<TrainResult>;
}

export interface TrainResult {
  method: TrainOptions['method'];
  updates: number;
  tokens: number;
  /** The checkpoint with the best validation reward; the last one where nothing is held out. */
  student: string;
  last: string;
  best: Progress['best'];
  validation: Validation | null;
  dropped: number;
}

export interface RunContext {
  reward: StepRewardFunction;
  emit: Emit;
  out?: string | undefined;
  signal?: AbortSignal | undefined;
}

export async function openTrainingRun(options: TrainOptions, context: RunContext): Promise<TrainingRun> {
  const { reward, emit, signal } = context;
  // How many updates, and on what it is computed, may differ when a run is resumed; what is learnt may not.
  const { workers: _w, backend: _b, ...identity } = options;
  const run = await openRun({ command: 'train', config: identity, dir: context.out });
  const checkpoint = await readCheckpoint(run.dir);
  const student = checkpoint?.student ?? (await startingStudent(options));
  const layout = parameterLayout(student.config);
  const optimizer: AdamwState = checkpoint?.optimizer ?? adamwState(layout.size);
  const progress = checkpoint?.progress ?? newProgress();
  const instances = await readStepInstances(options.steps);
  const limits = { context: student.config.contextLength, maxNewTokens: options.maxNewTokens };
  const { train, heldout, dropped } = encodeSteps(instances, student.tokenizer, limits);
  const chosen = evenly(heldout, options.validationSize);
  const engine = await openEngine(student.config, student.parameters, options);
  const live: StudentFiles = { ...student, parameters: engine.parameters };
  const sampler = createSampler(train, options.seed, progress.position);
  await keepMetricsUpTo(run.path('metrics.jsonl'), progress.update);
  const log = await JsonlWriter.open(run.path('metrics.jsonl'));
  const groups = decayGroups(layout);
  const adamwOptions = { ...ADAMW, beta2: options.beta2, weightDecay: options.weightDecay };
  emit({
    type: 'stage',
    name: `${options.method} of ${layout.size} parameters: ${train.length} steps, ${heldout.length} held out${dropped ? `, ${dropped} too long` : ''}${progress.update ? `, from update ${progress.update}` : ''}`,
  });
  let saved = progress.update;
  let validation: Validation | null = null;
  const save = async (): Promise<void> => {
    progress.position = sampler.position;
    if (saved !== progress.update || progress.update === 0)
      await writeCheckpoint(run.dir, { student: live, optimizer, progress });
    saved = progress.update;
  };
  const check = async (): Promise<void> => {
    if (chosen.length === 0) return;
    validation = await validate(engine, live.tokenizer, chosen, reward, options.maxNewTokens);
    await log.append({ update: progress.update, ...validation });
    emit({ type: 'note', text: `update ${progress.update}: ${renderMetrics(validation)}` });
    if (progress.best !== null && validation['eval/reward'] <= progress.best.reward) return;
    progress.best = { update: progress.update, reward: validation['eval/reward'] };
    await writeStudent(run.path('best'), live);
  };
  return {
    dir: run.dir,
    options,
    engine,
    student: live,
    sampler,
    progress,
    applyGradient: async (gradient) => {
      const norm = clipByGlobalNorm(gradient, options.maxGradNorm);
      if (!Number.isFinite(norm))
        throw new ConfigError(
          `update ${progress.update + 1}: the gradient is not finite. The last checkpoint is kept in ${join(run.dir, 'checkpoint')}; try a lower --lr.`,
        );
      const rate = learningRate(progress.update, options.updates, options.lr, { ...options, kind: options.schedule });
      adamw(engine.parameters, gradient, optimizer, rate, groups, adamwOptions);
      await engine.refresh();
      return { grad_norm: norm, learning_rate: rate };
    },
    finishUpdate: async (metrics) => {
      progress.update++;
      progress.tokens += metrics.num_tokens ?? 0;
      await log.append({ update: progress.update, ...metrics, num_tokens: progress.tokens });
      emit({ type: 'note', text: `update ${progress.update}/${options.updates}: ${renderMetrics(metrics)}` });
      const due = (every: number): boolean => every > 0 && progress.update % every === 0;
      if (due(options.validateEvery) && progress.update < options.updates) await check();
      if (due(options.saveEvery) || signal?.aborted) await save();
      signal?.throwIfAborted();
    },
    finish: async () => {
      if (validation === null || saved !== progress.update) await check();
      await save();
      const last = run.path('checkpoint');
      const result: TrainResult = {
        method: options.method,
        updates: progress.update,
        tokens: progress.tokens,
        student: progress.best === null ? last : run.path('best'),
        last,
        best: progress.best,
        validation,
        dropped,
      };
      await writeJson(run.path('result.json'), result);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      await log[Symbol.asyncDispose]();
      await engine.dispose();
    },
  };
}

async function startingStudent(options: TrainOptions): Promise<StudentFiles> {
  if ((options.student === undefined) === (options.init === undefined))
    throw new ConfigError('Give either --student FOLDER to start from, or --init SIZE for a new student.');
  if (options.student !== undefined) return readStudent(options.student);
  const instances = await readStepInstances(options.tokenizerFrom ? [options.tokenizerFrom] : options.steps);
  const texts = instances.flatMap(({ prompt, thought, action }) => [
    ...prompt.map(({ content }) => content),
    thought,
    action,
  ]);
  const { init, vocabulary, context, seed } = options;
  return initStudent(texts, { size: init!, vocabularySize: vocabulary, contextLength: context, seed });
}

/** A fixed choice, spread over the list; 0 takes all. */
function evenly<T>(items: readonly T[], count: number): T[] {
  if (count === 0 || items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

/** Rows that a killed run wrote after its last checkpoint would be written twice. */
async function keepMetricsUpTo(path: string, update: number): Promise<void> {
  if (
    await access(path).then(
      () => false,
      () => true,
    )
  )
    return;
  if (update === 0) return rm(path);
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  const kept = lines.filter((line) => (JSON.parse(line) as { update: number }).update <= update);
  await writeFile(path, kept.map((line) => `${line}\n`).join(''));
}

const SHOWN = [
  'loss',
  'reward',
  'reward_std',
  'grad_norm',
  'completions/mean_length',
  'step_time',
  'tokens_per_second',
];

const renderMetrics = (metrics: Metrics): string =>
  Object.entries(metrics)
    .filter(([name]) => SHOWN.includes(name) || name.startsWith('eval/'))
    .map(([name, value]) => `${name.split('/').at(-1)} ${Number(value.toPrecision(4))}`)
    .join(', ');
