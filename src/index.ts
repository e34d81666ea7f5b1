// The public names. Importing them starts nothing: TensorFlow.js is loaded by the first student that is opened.
import type { loadStudent as load } from './student/student.ts';

export { parseAction, renderAction } from './agent/action.ts';
export { type AttemptOptions, runAttempt } from './agent/attempt.ts';
export { findPrompt, type Prompt } from './agent/prompts.ts';
export type { Model, QueryOptions, Reply } from './model/model.ts';
export { sequenceRatio } from './reward/difflib/ratio.ts';
export { checkFormat } from './reward/format.ts';
export { type StepReward, srlReward } from './reward/srl-reward.ts';
export { openBackend as openSandboxBackend } from './sandbox/backend.ts';
export { ensureImages } from './sandbox/images/images.ts';
export { SandboxPool } from './sandbox/pool.ts';
export type { ExecOptions, ExecResult, OpenOptions, Sandbox, SandboxBackend } from './sandbox/sandbox.ts';
export {
  ConfigError,
  GradingError,
  ModelError,
  SandboxError,
  StepwrightError,
  TaskError,
} from './schema/errors.ts';
export type { Instance } from './schema/instance.ts';
export type { Message, Tool, ToolCall } from './schema/message.ts';
export type { StepInstance } from './schema/step-instance.ts';
export type { Ending, Step, Trajectory } from './schema/trajectory.ts';
export type { Verdict } from './schema/verdict.ts';
export { createJudge, type Judge } from './score/judge.ts';
export { wilson95 } from './score/wilson.ts';
export { extractSteps } from './step/extract.ts';
export type { GenerateSettings, Student } from './student/student.ts';
export { loadEnvironment } from './task/environments.ts';
export { loadInstances } from './task/load.ts';
export { adamw, adamwState } from './train/adamw.ts';
export { advantages } from './train/advantages.ts';
export { grpoLoss } from './train/grpo-loss.ts';
export { loadTrajectories } from './trajectory/load.ts';
export { replayTrajectory } from './trajectory/replay.ts';

/** Opens a Hugging Face folder of a Qwen2 model on a tfjs backend. */
export const loadStudent: typeof load = async (...args) => (await import('./student/student.ts')).loadStudent(...args);
