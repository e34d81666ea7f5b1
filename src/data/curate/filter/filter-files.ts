// `filterTrajectories`: files of trajectories → a file of those that are worth learning from, and why the others are not. The command
// `filter` is this with a command line.
import { maxRowBytesOf } from '../../../core/io/row-limit.ts';
import { openRowWriter, type RowWriter } from '../../../core/io/row-writer.ts';
import { type RunControl, resolveRunOptions } from '../../../core/run/application.ts';
import { silent } from '../../../core/run/events.ts';
import { writeScopeOf } from '../../step/write-scope.ts';
import { readTrajectoryRows } from '../../trajectory/read.ts';
import { openRejected, type RejectedRows, writeUnlessTooLong } from '../../trajectory/rejected.ts';
import type { UnusedCounts } from '../../trajectory/unused.ts';
import { openCap } from './cap.ts';
import { createEvaluationSet, type EvaluationRow } from './evaluation-set.ts';
import { type FilterOptions, openFilter } from './filter.ts';
import { type FilterSink, filterRows } from './filter-rows.ts';
import { loadEvaluationRows } from './load-evaluation.ts';
import { type FilterSettings, type FilterTrajectoriesOptions, filterSchema } from './options.ts';

interface Counts {
  /** Those that are kept. */
  trajectories: number;
  /** Of those that are kept. */
  steps: number;
  /** Trajectories and rows that are not kept, by reason. */
  dropped: Record<string, number>;
}

export interface FilterResult extends Counts, UnusedCounts {
  /** Rows that are in `<out>.rejected.jsonl`. */
  rejected: number;
}

/** The files are there once all of them are written. */
export async function filterTrajectories(
  given: FilterTrajectoriesOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<FilterResult> {
  const { options } = await resolveRunOptions(filterSchema, given);
  const { paths, out, perInstance, seed, similarity } = options;
  const maxRowBytes = maxRowBytesOf(options);
  const filter = openFilter(await conditionsOf(options), { writeScopeOf, similarity });
  const cap = perInstance === undefined ? undefined : openCap(perInstance, seed);
  await using kept = await openRowWriter(out, { maxRowBytes });
  await using others = options.dropped === undefined ? undefined : await openRowWriter(options.dropped);
  await using rejected = await openRejected(out, emit);
  const counts: Counts = { trajectories: 0, steps: 0, dropped: Object.create(null) };
  const unused = await filterRows(
    (emit) => readTrajectoryRows(paths, { emit, maxRowBytes, signal }),
    { filter, cap, emit },
    createSink({ kept, others, rejected }, options, counts),
  );
  await kept.commit();
  await others?.commit();
  await rejected.commit();
  return { ...counts, rejected: rejected.count(), ...unused };
}

async function conditionsOf(options: FilterSettings): Promise<FilterOptions> {
  const { notIn, tasks, overlap, ending, maxCost, onlyResolved, minSteps, maxSteps, model, drop } = options;
  const evaluation = await loadAll(notIn);
  const known = await loadAll(tasks);
  return {
    ...{ onlyResolved, minSteps, maxSteps, model, drop, endings: ending, maxCostUsd: maxCost },
    ...(evaluation.length > 0 && { evaluation: createEvaluationSet(evaluation, overlap) }),
    instances: new Map(known.map((row) => [row.instance_id, row])),
  };
}

const loadAll = async (sources: readonly string[]): Promise<EvaluationRow[]> =>
  (await Promise.all(sources.map(loadEvaluationRows))).flat();

/** Writes each row where it belongs, and counts it. */
function createSink(
  { kept, others, rejected }: { kept: RowWriter; others: RowWriter | undefined; rejected: RejectedRows },
  { drop: rules = [] }: FilterSettings,
  counts: Counts,
): FilterSink {
  return {
    async keep(trajectory, place) {
      const tooLong = await writeUnlessTooLong(kept, trajectory, place);
      if (tooLong !== undefined) return await rejected.reject(tooLong);
      counts.trajectories += 1;
      counts.steps += trajectory.steps.length;
    },
    async drop({ why, detail }, place, trajectory_id) {
      const { file, line, byteOffset: byte_offset, index } = place;
      counts.dropped[why] = (counts.dropped[why] ?? 0) + 1;
      await others?.write({ trajectory_id, reason: why, why, detail, file, line, byte_offset, index });
      if (why === 'schema' || (why === 'duplicate_id' && !rules.includes(why)))
        await rejected.reject({ ...place, why: detail });
    },
  };
}
