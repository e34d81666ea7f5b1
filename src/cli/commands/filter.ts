// `filter`: the trajectories that are worth learning from, and why the others are not.
import { z } from 'zod';
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { maxRowBytesOf, rowLimitField } from '../../core/io/row-limit.ts';
import { openRowWriter } from '../../core/io/row-writer.ts';
import { list, onOff, real, share, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { file, jsonField, outField, seedField, sourcesField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { endings } from '../../core/schema/trajectory.ts';
import { openCap } from '../../data/curate/filter/cap.ts';
import { createEvaluationSet, DEFAULT_OVERLAP, type EvaluationRow } from '../../data/curate/filter/evaluation-set.ts';
import { type FilterOptions, openFilter } from '../../data/curate/filter/filter.ts';
import { filterRows } from '../../data/curate/filter/filter-rows.ts';
import { loadEvaluationRows } from '../../data/curate/filter/load-evaluation.ts';
import { rulesField, similarityField } from '../../data/curate/options.ts';
import { reachOf } from '../../data/step/reach.ts';
import { readTrajectoryRows } from '../../data/trajectory/read.ts';
import { openRejected, writeUnlessTooLong } from '../../data/trajectory/rejected.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';

const schema = z.object({
  paths: option(list(z.string()), 'files of trajectories in any format that `convert` reads, or folders of them'),
  out: outField(
    'JSONL file for the trajectories that are kept (.gz too); rows that cannot be read go to <file>.rejected.jsonl',
  ),
  dropped: file('JSONL file for the others: trajectory_id, reason, detail, file, line, byte_offset'),
  onlyResolved: option(onOff, 'keep only trajectories that were judged resolved'),
  ending: option(list(z.enum(endings)).optional(), 'keep trajectories with this ending', { value: 'name' }),
  minSteps: option(whole().optional(), 'keep trajectories with at least this many steps'),
  maxSteps: option(whole().optional(), 'keep trajectories with at most this many steps'),
  maxCost: option(
    real().optional(),
    'keep trajectories that cost at most this many US dollars; one without a known cost is dropped',
    { value: 'usd' },
  ),
  model: option(
    z.string().transform(regex).optional(),
    'keep trajectories of models whose name matches this regular expression',
    {
      value: 'regex',
    },
  ),
  notIn: sourcesField(
    'drop what is in these evaluation sets (suite, task folder, or file of rows: JSON lines, a list, Parquet; their rows of the split `train` do not count)',
  ),
  overlap: option(
    share().default(DEFAULT_OVERLAP),
    "share of a gold patch's changed lines from which a patch counts as contaminated",
    { value: 'share' },
  ),
  tasks: sourcesField('for --not-in: where repository and commit of the trajectories are found'),
  drop: rulesField('drop trajectories in which these rules of `lint` find something'),
  similarity: similarityField,
  perInstance: option(whole().optional(), 'keep at most this many trajectories of one instance, sampled by --seed'),
  seed: seedField('random seed for sampling with --per-instance'),
  maxRowMib: rowLimitField,
  json: jsonField(),
});
type Options = z.output<typeof schema>;

export const filterCommand = defineCommand({
  name: 'filter',
  about: 'Keeps the trajectories that are worth learning from, and says why the others are not.',
  options: schema,
  positional: 'paths',
  examples: [
    'stepwright filter runs/*.jsonl --only-resolved --drop duplicate near_duplicate --per-instance 3 --not-in upstream -o kept.jsonl',
  ],
  run: filter,
});

async function filter(options: Options): Promise<void> {
  const { paths, out, json, perInstance, seed } = options;
  const maxRowBytes = maxRowBytesOf(options);
  const emit = createReporter();
  const signal = interruptSignal();
  const decide = openFilter(await filterOptionsOf(options), { reachOf, similarity: options.similarity });
  const cap = perInstance === undefined ? undefined : openCap(perInstance, seed);
  await using kept = await openRowWriter(out, { maxRowBytes });
  await using others = options.dropped === undefined ? undefined : await openRowWriter(options.dropped);
  await using bad = await openRejected(out, emit);
  const counts = { trajectories: 0, steps: 0 };
  const dropped: Record<string, number> = Object.create(null);
  const unused = await filterRows(
    (emit) => readTrajectoryRows(paths, { emit, maxRowBytes, signal }),
    { filter: decide, cap, emit },
    {
      async keep(trajectory, place) {
        const tooLong = await writeUnlessTooLong(kept, trajectory, place);
        if (tooLong !== undefined) return await bad.reject(tooLong);
        counts.trajectories += 1;
        counts.steps += trajectory.steps.length;
      },
      async drop({ why, detail }, place, trajectory_id) {
        const { file, line, byteOffset: byte_offset, index } = place;
        dropped[why] = (dropped[why] ?? 0) + 1;
        await others?.write({ trajectory_id, reason: why, why, detail, file, line, byte_offset, index });
        if (why === 'schema' || (why === 'duplicate_id' && !options.drop?.includes(why)))
          await bad.reject({ ...place, why: detail });
      },
    },
  );
  await kept.commit();
  await others?.commit();
  await bad.commit();
  const rejected = bad.count();
  for (const [why, count] of Object.entries(dropped)) emit({ type: 'note', text: `${count} dropped: ${why}` });
  if (rejected > 0) emit({ type: 'warn', text: `${rejected} rows could not be taken → ${rejectedPath(out)}` });
  const { trajectories, steps } = counts;
  emit({
    type: 'note',
    text: `${trajectories} trajectories, ${steps} steps → ${out}${describeUnused({ ...unused, rejected })}`,
  });
  if (json) printJson({ ...counts, dropped, rejected, ...unused });
  if (rejected > 0 || trajectories === 0) process.exitCode = EXIT.someFailed;
}

async function filterOptionsOf(options: Options): Promise<FilterOptions> {
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

function regex(text: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
