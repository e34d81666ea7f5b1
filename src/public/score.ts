/**
 * Verdicts on patches, and how good a student became.
 *
 * @module stepwright/score
 */
export { GradingError } from '../core/schema/errors.ts';
export { type Prediction, predictionSchema, type Verdict, verdictSchema } from '../core/schema/verdict.ts';
export { type LoadedPredictions, loadPredictions } from '../results/evaluate/predictions.ts';
export { createReport, type RunReport } from '../results/evaluate/report.ts';
export { wilson95 } from '../results/evaluate/wilson.ts';
export { createJudge, type Judge, type JudgeOptions } from '../world/judge/judge.ts';
export type { SandboxOptions } from '../world/judge/judge-once.ts';
