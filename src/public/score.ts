/**
 * Verdicts on patches, and how good a student became.
 *
 * @module stepwright/score
 */
import type { ScoreControl } from '../results/evaluate/contestant.ts';
import type { ScoreRunOptions } from '../results/evaluate/options.ts';
import type { ScoreResult } from '../results/evaluate/run.ts';

export { GradingError } from '../core/schema/errors.ts';
export { type Prediction, predictionSchema, type Verdict, verdictSchema } from '../core/schema/verdict.ts';
export type { ScoreControl } from '../results/evaluate/contestant.ts';
export { type ScoreRunOptions, scoreSchema } from '../results/evaluate/options.ts';
export { type LoadedPredictions, loadPredictions } from '../results/evaluate/predictions.ts';
export { createReport, type RunReport } from '../results/evaluate/report.ts';
export type { NamedReport, ScoreResult } from '../results/evaluate/run.ts';
export type { RungCounts } from '../results/evaluate/rungs.ts';
export type { ModelMeans } from '../results/evaluate/score-model.ts';
export type { ScoreReport } from '../results/evaluate/scoring.ts';
export { wilson95 } from '../results/evaluate/wilson.ts';
export type { Board, Curves, Row } from '../results/leaderboard/rows.ts';
export {
  type LeaderboardResult,
  type LeaderboardRunOptions,
  leaderboardRun,
  leaderboardSchema,
} from '../results/leaderboard/run.ts';
export { createJudge, type Judge, type JudgeOptions } from '../world/judge/judge.ts';
export type { SandboxOptions } from '../world/judge/judge-once.ts';

/** Judges predictions, or the patches of a student or of a model of one's own that it runs, and reports the resolve rate. Verdicts that the
 * run folder or the cache has are not reached again. */
export const scoreRun = async (options: ScoreRunOptions, control?: ScoreControl): Promise<ScoreResult> =>
  (await import('../results/evaluate/run.ts')).scoreRun(options, control);
