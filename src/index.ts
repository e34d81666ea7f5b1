// The public names. Importing them starts nothing: TensorFlow.js is loaded by the first student that is opened.
import type { openTokenCounter as openCounter } from './learning/student/checkpoint/prompt-tokens.ts';
import type { importStudent as importAny } from './learning/student/source/import.ts';
import type { loadStudent as load } from './learning/student/student.ts';

export { parseAction, renderAction } from './agents/loop/action.ts';
export { type AttemptOptions, runAttempt } from './agents/loop/attempt.ts';
export { findPrompt, type Prompt } from './agents/loop/prompts.ts';
export type { Model, ModelFactory, QueryOptions, Reply } from './agents/model/model.ts';
export type { OptionsOf, RunControl } from './core/run/application.ts';
export type { Emit, RunEvent } from './core/run/events.ts';
export {
  ConfigError,
  GradingError,
  ModelError,
  SandboxError,
  StepwrightError,
  TaskError,
} from './core/schema/errors.ts';
export type { Instance } from './core/schema/instance.ts';
export type { Message, Tool, ToolCall } from './core/schema/message.ts';
export { type StepInstance, stepInstanceSchema } from './core/schema/step-instance.ts';
export { type Attempt, attemptSchema, type Ending, type Step, type Trajectory } from './core/schema/trajectory.ts';
export type { Verdict } from './core/schema/verdict.ts';
export { type CollectRunOptions, collectSchema } from './data/collect/options.ts';
export type { CollectReport } from './data/collect/report.ts';
export { type CollectControl, type CollectResult, collectRun } from './data/collect/run.ts';
export { type FilterResult, filterTrajectories } from './data/curate/filter/filter-files.ts';
export { type FilterTrajectoriesOptions, filterSchema } from './data/curate/filter/options.ts';
export type { Finding } from './data/curate/lint/lint.ts';
export { type LintResult, lintTrajectories } from './data/curate/lint/lint-files.ts';
export { type LintTrajectoriesOptions, lintSchema } from './data/curate/lint/options.ts';
export type { ReplayCounts } from './data/replay/counts.ts';
export { type ReplayRunOptions, replaySchema } from './data/replay/options.ts';
export { replayTrajectory } from './data/replay/replay.ts';
export { type ReplayRow, replayRowSchema } from './data/replay/replay-all.ts';
export { type ReplayResult, replayRun } from './data/replay/run.ts';
export { sequenceRatio } from './data/reward/difflib/ratio.ts';
export { checkFormat } from './data/reward/format.ts';
export { type StepReward, srlReward } from './data/reward/srl-reward.ts';
export { extractSteps } from './data/step/extract.ts';
export { type ExtractRunOptions, extractSchema } from './data/step/options.ts';
export type { Counter } from './data/step/parallel/work.ts';
export { type ExtractControl, type ExtractResult, extractRun } from './data/step/run.ts';
export type { ExtractStatistics } from './data/step/statistics.ts';
export { type CompletedDrafts, completeDrafts } from './data/synth/complete-drafts.ts';
export {
  type CompleteDraftsOptions,
  completeSchema,
  type SynthRunOptions,
  synthSchema,
  type ValidateRunOptions,
  validateSchema,
} from './data/synth/options.ts';
export { type SynthResult, synthRun } from './data/synth/synth-run.ts';
export type { ValidationReport } from './data/synth/validate.ts';
export { type ValidateResult, validateRun } from './data/synth/validate-run.ts';
export { type Converted, convertTrajectories } from './data/trajectory/convert.ts';
export { type ConvertTrajectoriesOptions, convertSchema } from './data/trajectory/convert-options.ts';
export { loadTrajectories } from './data/trajectory/load.ts';
export type { UnusedCounts } from './data/trajectory/unused.ts';
export type { ImportedStudent } from './learning/student/source/import.ts';
export { type ImportStudentOptions, importStudentSchema } from './learning/student/source/options.ts';
export type { GenerateSettings, Student } from './learning/student/student.ts';
export { adamw, adamwState } from './learning/train/math/adamw.ts';
export { advantages } from './learning/train/math/advantages.ts';
export { grpoLoss } from './learning/train/math/grpo-loss.ts';
export { wilson95 } from './results/evaluate/wilson.ts';
export { createJudge, type Judge } from './world/judge/judge.ts';
export { openBackend as openSandboxBackend } from './world/sandbox/backend.ts';
export { ensureImages } from './world/sandbox/images/images.ts';
export { SandboxPool } from './world/sandbox/pool.ts';
export type { ExecOptions, ExecResult, OpenOptions, Sandbox, SandboxBackend } from './world/sandbox/sandbox.ts';
export { loadEnvironment } from './world/task/environments.ts';
export {
  type ImportedSuite,
  type ImportSuiteOptions,
  importSchema,
  importSuite,
} from './world/task/import-suite.ts';
export { loadInstances } from './world/task/load.ts';

/** Opens a Hugging Face folder of a Qwen2, Llama or Qwen3 model on a tfjs backend. */
export const loadStudent: typeof load = async (...args) =>
  (await import('./learning/student/student.ts')).loadStudent(...args);

/** Counts the tokens of prompts with a student's tokenizer, for `extractRun`. */
export const openTokenCounter: typeof openCounter = async (...args) =>
  (await import('./learning/student/checkpoint/prompt-tokens.ts')).openTokenCounter(...args);

/** Makes a student folder of a Hugging Face folder, a GGUF file or a model of the hub. */
export const importStudent: typeof importAny = async (...args) =>
  (await import('./learning/student/source/import.ts')).importStudent(...args);
