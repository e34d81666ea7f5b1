// What a trajectory must be by itself to be kept. Each condition is asked only when its option is given; what a trajectory does not tell
// it does not fulfil.
import { countOf } from '../../../core/run/count-of.ts';
import type { Ending, Trajectory } from '../../../core/schema/trajectory.ts';

export interface ConditionOptions {
  onlyResolved?: boolean | undefined;
  endings?: readonly Ending[] | undefined;
  minSteps?: number | undefined;
  maxSteps?: number | undefined;
  maxCostUsd?: number | undefined;
  /** Of the model's name. */
  model?: RegExp | undefined;
}

type Condition = (trajectory: Trajectory, options: ConditionOptions) => string | false | undefined;

/** By the reason for dropping; a text says what was found instead. */
const conditions = {
  unresolved: ({ resolved }, { onlyResolved }) =>
    onlyResolved && resolved !== true && (resolved === false ? 'judged not resolved' : 'not judged'),
  ending: ({ ending }, { endings }) => endings && !endings.some((one) => one === ending) && `${ending ?? 'not stated'}`,
  too_short: ({ steps }, { minSteps = 0 }) => steps.length < minSteps && countOf(steps.length, 'step'),
  too_long: ({ steps }, { maxSteps = Number.POSITIVE_INFINITY }) =>
    steps.length > maxSteps && countOf(steps.length, 'step'),
  too_costly: ({ totals }, { maxCostUsd }) =>
    maxCostUsd !== undefined && !((totals.cost_usd ?? Number.NaN) <= maxCostUsd) && costText(totals.cost_usd),
  model: ({ model }, options) =>
    options.model && !options.model.test(model?.name ?? '') && `${model?.name ?? 'not stated'}`,
} satisfies Record<string, Condition>;

export type ConditionName = keyof typeof conditions;

/** The first condition that it does not fulfil. */
export function failedCondition(
  trajectory: Trajectory,
  options: ConditionOptions,
): { why: ConditionName; detail: string } | undefined {
  for (const [why, condition] of Object.entries(conditions) as [ConditionName, Condition][]) {
    const detail = condition(trajectory, options);
    if (detail) return { why, detail };
  }
  return undefined;
}

const costText = (costUsd: number | undefined): string => (costUsd === undefined ? 'not stated' : `${costUsd} USD`);
