// What a collecting run has to show, however it ended.
import type { Attempt, Ending } from '../../core/schema/trajectory.ts';
import { isPending } from '../trajectory/store.ts';
import { isToBeJudged } from './attempt-instance.ts';

export interface CollectReport {
  trajectories: number;
  resolved: number;
  endings: Partial<Record<Ending, number>>;
  /** Of every attempt ever made, those that were made again included. */
  cost_usd: number;
  /** Attempts that were not made, that the sandbox, the model or an interruption ended, or that could not be judged. */
  pending: number;
  /** The run folder: `trajectories.jsonl` in it has every attempt. */
  run: string;
}

export function reportOf(
  attempts: readonly Attempt[],
  { wanted, isJudged, costUsd, run }: { wanted: number; isJudged: boolean; costUsd: number; run: string },
): CollectReport {
  const endings: CollectReport['endings'] = {};
  for (const { ending } of attempts) endings[ending] = (endings[ending] ?? 0) + 1;
  return {
    trajectories: attempts.length,
    resolved: attempts.filter(({ resolved }) => resolved === true).length,
    endings,
    cost_usd: costUsd,
    pending: wanted - attempts.filter((one) => !isPending(one) && !(isJudged && isToBeJudged(one))).length,
    run,
  };
}
