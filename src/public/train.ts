/**
 * Training runs, and the mathematics of their updates. TensorFlow.js is loaded by the first run.
 *
 * @module stepwright/train
 */
import type { RunControl } from '../core/run/application.ts';
import type { MemoryPlan } from '../learning/train/memory/memory-plan.ts';
import type { TrainRunOptions } from '../learning/train/options/run-options.ts';
import type { TrainResult } from '../learning/train/run.ts';
import type { TrainControl } from '../learning/train/train-run.ts';

export {
  type AdamwOptions,
  type AdamwState,
  adamw,
  adamwState,
  type ParameterGroup,
} from '../learning/train/math/adamw.ts';
export { type AdvantageOptions, advantages } from '../learning/train/math/advantages.ts';
export { type Clipping, type GrpoBatch, grpoLoss } from '../learning/train/math/grpo-loss.ts';
export type { Generation, Workload } from '../learning/train/memory/memory.ts';
export type { MemoryLimits, MemoryPlan } from '../learning/train/memory/memory-plan.ts';
export { type TrainOptions, trainOptionsSchema } from '../learning/train/options/options.ts';
export { type TrainRunOptions, trainRunSchema } from '../learning/train/options/run-options.ts';
export { type StepRewardFunction, type Validation, validationSchema } from '../learning/train/policy/validate.ts';
export type { TrainResult } from '../learning/train/run.ts';
export type { TrainControl } from '../learning/train/train-run.ts';

/** Trains a student: on step instances (SFT, SRL), or on the outcome of its attempts (RLVR). A run folder that is there is resumed. */
export const trainRun = async (options: TrainRunOptions, control?: TrainControl): Promise<TrainResult> =>
  (await import('../learning/train/train-run.ts')).trainRun(options, control);

/** How much memory the (first) run takes, and how much there is. */
export const planTraining = async (options: TrainRunOptions, control?: RunControl): Promise<MemoryPlan> =>
  (await import('../learning/train/train-run.ts')).planTraining(options, control);
