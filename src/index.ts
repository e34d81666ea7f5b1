/**
 * The public names: those of the sub-paths, and what all of them share. Importing them starts nothing: TensorFlow.js is loaded by the
 * first student that is opened.
 *
 * @module stepwright
 */
export { type AttemptOptions, runAttempt } from './agents/loop/attempt.ts';
export { type AttemptLimits, defaultLimits } from './agents/loop/limits.ts';
export { findPrompt, type Prompt } from './agents/loop/prompts.ts';
export { noUsage } from './agents/model/model.ts';
export type { OptionsOf, RequiredName, RunControl } from './core/run/application.ts';
export type { Emit, RunEvent } from './core/run/events.ts';
export { ConfigError, ModelError, StepwrightError } from './core/schema/errors.ts';
export {
  type Message,
  messageSchema,
  type Tool,
  type ToolCall,
  toolCallSchema,
  toolSchema,
  type Usage,
  usageSchema,
} from './core/schema/message.ts';
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
export type { Unproved, ValidationReport } from './data/synth/validate.ts';
export { type ValidateResult, validateRun } from './data/synth/validate-run.ts';
export * from './public/reward.ts';
export * from './public/sandbox.ts';
export * from './public/score.ts';
export * from './public/student.ts';
export * from './public/train.ts';
export * from './public/trajectory.ts';
export { type ImportedSuite, type ImportSuiteOptions, importSchema, importSuite } from './world/task/import-suite.ts';
