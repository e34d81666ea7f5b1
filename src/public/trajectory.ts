/**
 * What acting leaves. Attempts are collected, read in any format, replayed, curated, and taken apart into steps.
 *
 * @module stepwright/trajectory
 */
export {
  type Split,
  type StepInstance,
  type StepKind,
  splits,
  stepInstanceSchema,
  stepKindSchema,
  stepKinds,
} from '../core/schema/step-instance.ts';
export {
  type Attempt,
  type AttemptStep,
  attemptSchema,
  attemptStepSchema,
  type Ending,
  endingSchema,
  endings,
  type Place,
  placeSchema,
  type Step,
  stepSchema,
  type Trajectory,
  trajectorySchema,
} from '../core/schema/trajectory.ts';
export { type CollectRunOptions, collectSchema } from '../data/collect/options.ts';
export type { CollectReport } from '../data/collect/report.ts';
export { type CollectControl, type CollectResult, collectRun } from '../data/collect/run.ts';
export { type FilterResult, filterTrajectories } from '../data/curate/filter/filter-files.ts';
export { type FilterTrajectoriesOptions, filterSchema } from '../data/curate/filter/options.ts';
export type { Finding } from '../data/curate/lint/lint.ts';
export { type LintResult, lintTrajectories } from '../data/curate/lint/lint-files.ts';
export { type LintTrajectoriesOptions, lintSchema } from '../data/curate/lint/options.ts';
export type { ReplayCounts } from '../data/replay/counts.ts';
export { type ReplayRunOptions, replaySchema } from '../data/replay/options.ts';
export { type Replay, type ReplayOptions, replayTrajectory, type StepReplay } from '../data/replay/replay.ts';
export { type ReplayRow, replayRowSchema } from '../data/replay/replay-all.ts';
export type { Comparison, Likeness } from '../data/replay/replay-likeness.ts';
export { type ReplayResult, replayRun } from '../data/replay/run.ts';
export { extractSteps } from '../data/step/extract.ts';
export type { ExtractedDataset } from '../data/step/extract-dataset.ts';
export type { ExtractOptions } from '../data/step/extract-trajectory.ts';
export { type ExtractRunOptions, extractSchema } from '../data/step/options.ts';
export type { Counter } from '../data/step/parallel/work.ts';
export type { Measure, PromptBudget } from '../data/step/prompt.ts';
export { type DropReason, dropReasons, type SwitchableReason } from '../data/step/reasons.ts';
export { type ExtractControl, type ExtractResult, extractRun } from '../data/step/run.ts';
export type { SplitOptions } from '../data/step/splits.ts';
export type { Distribution, ExtractStatistics } from '../data/step/statistics.ts';
export { type Converted, convertTrajectories } from '../data/trajectory/convert.ts';
export { type ConvertTrajectoriesOptions, convertSchema } from '../data/trajectory/convert-options.ts';
export { loadTrajectories, saveTrajectories } from '../data/trajectory/load.ts';
export type { UnusedCounts } from '../data/trajectory/unused.ts';
