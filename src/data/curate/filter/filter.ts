// Which trajectories are kept, and why the others are not. Asked in the order of cost: what it is by itself, what it has in common with
// an evaluation set, what the linter says; so that a duplicate counts only against those that were kept.
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { openLinter } from '../lint/lint.ts';
import type { LinePlace, LintContext } from '../lint/rule.ts';
import type { RuleName } from '../lint/rules.ts';
import { type ConditionName, type ConditionOptions, failedCondition } from './conditions.ts';
import type { Contamination, EvaluationSet } from './evaluation-set.ts';
import type { OriginFields } from './origin.ts';

export interface FilterOptions extends ConditionOptions {
  evaluation?: EvaluationSet;
  /** What is known of the trajectories' instances, by id. */
  instances?: ReadonlyMap<string, OriginFields>;
  /** Rules of the linter: what one of them finds fault with goes. An id stands once, asked or not. */
  drop?: readonly RuleName[] | undefined;
}

export type DropReason = ConditionName | Contamination['why'] | RuleName | 'over_cap';

export interface Dropped {
  why: DropReason;
  detail: string;
}

/** Undefined: kept. Must be asked of one row after the other, in their order. */
export type Filter = (trajectory: Trajectory, place: LinePlace) => Promise<Dropped | undefined>;

export function openFilter(options: FilterOptions, context: LintContext): Filter {
  const { evaluation, instances, drop = [] } = options;
  const linter = openLinter([...new Set<RuleName>(['duplicate_id', ...drop])], context);
  return async (trajectory, place) => {
    const failed =
      failedCondition(trajectory, options) ??
      evaluation?.contaminationOf(trajectory, instances?.get(trajectory.instance_id ?? ''));
    if (failed !== undefined) return failed;
    const [finding] = await linter.lint(trajectory, place);
    return finding && { why: finding.rule, detail: finding.message };
  };
}
