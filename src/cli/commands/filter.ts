// `filter`: the trajectories that are worth learning from, and why the others are not.
import { Command, InvalidArgumentError, Option } from 'commander';
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { openRowWriter } from '../../core/io/row-writer.ts';
import { real } from '../../core/options/fields.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { type Ending, endings } from '../../core/schema/trajectory.ts';
import { openCap } from '../../data/curate/filter/cap.ts';
import { createEvaluationSet, DEFAULT_OVERLAP, type EvaluationRow } from '../../data/curate/filter/evaluation-set.ts';
import { type FilterOptions, openFilter } from '../../data/curate/filter/filter.ts';
import { filterRows } from '../../data/curate/filter/filter-rows.ts';
import { loadEvaluationRows } from '../../data/curate/filter/load-evaluation.ts';
import type { RuleName } from '../../data/curate/lint/rules.ts';
import { reachOf } from '../../data/step/reach.ts';
import { readTrajectoryRows } from '../../data/trajectory/read.ts';
import { openRejected } from '../../data/trajectory/rejected.ts';
import { checked } from '../options/checked.ts';
import { readShare, rulesOption, similarityOption } from '../options/lint-options.ts';
import { rowLimitOption } from '../options/row-limit.ts';
import { wholeNumber } from '../options/selection.ts';
import { EXIT, printJson } from '../output.ts';

interface Options {
  out: string;
  dropped?: string;
  onlyResolved?: boolean;
  ending?: Ending[];
  minSteps?: number;
  maxSteps?: number;
  maxCost?: number;
  model?: RegExp;
  notIn?: string[];
  overlap: number;
  tasks?: string[];
  drop?: RuleName[];
  similarity: number;
  perInstance?: number;
  seed: number;
  maxRowMib: number;
  json?: boolean;
}

export const filterCommand = (): Command =>
  new Command('filter')
    .argument('<paths...>', 'files of trajectories in any format that `convert` reads, or folders of them')
    .requiredOption(
      '-o, --out <file>',
      'JSONL of the trajectories that are kept (.gz too); rows that cannot be read go to <file>.rejected.jsonl',
    )
    .option('--dropped <file>', 'JSONL of the others: trajectory_id, why, detail, file, line, byte_offset')
    .option('--only-resolved', 'judged resolved')
    .addOption(new Option('--ending <name...>', 'ended so').choices(endings))
    .option('--min-steps <n>', 'at least so many steps', wholeNumber)
    .option('--max-steps <n>', 'at most so many steps', wholeNumber)
    .option('--max-cost <usd>', 'cost at most so much; one whose cost is not told goes', checked(real()))
    .option('--model <regex>', 'by a model whose name matches', regex)
    .option(
      '--not-in <source...>',
      'nothing of these evaluation sets (suite, task folder, JSONL, JSON or Parquet), their rows of the split `train` aside',
    )
    .option(
      '--overlap <share>',
      "of a gold patch's changed lines that make a patch contaminated",
      (text) => readShare(text),
      DEFAULT_OVERLAP,
    )
    .option('--tasks <source...>', 'where repository and commit of the trajectories are told, for --not-in')
    .addOption(rulesOption('--drop <rule...>', 'nothing that these rules of `lint` find'))
    .addOption(similarityOption())
    .option('--per-instance <n>', 'at most so many of an instance, drawn by --seed', wholeNumber)
    .option('--seed <n>', 'of that draw', wholeNumber, 0)
    .addOption(rowLimitOption())
    .option('--json', 'print the counts as the last line of stdout')
    .addHelpText(
      'after',
      '\nExample:\n  stepwright filter runs/*.jsonl --only-resolved --drop duplicate near_duplicate --per-instance 3 --not-in upstream -o kept.jsonl',
    )
    .action(filter);

async function filter(paths: string[], options: Options): Promise<void> {
  const { out, json, perInstance, seed, maxRowMib: maxRowBytes } = options;
  const emit = createReporter();
  const signal = interruptSignal();
  const decide = openFilter(await filterOptionsOf(options), { reachOf, similarity: options.similarity });
  const cap = perInstance === undefined ? undefined : openCap(perInstance, seed);
  await using kept = await openRowWriter(out);
  await using others = options.dropped === undefined ? undefined : await openRowWriter(options.dropped);
  await using bad = await openRejected(out, emit);
  const counts = { trajectories: 0, steps: 0 };
  const dropped: Record<string, number> = Object.create(null);
  await filterRows(
    (emit) => readTrajectoryRows(paths, { emit, maxRowBytes, signal }),
    { filter: decide, cap, emit },
    {
      async keep(trajectory) {
        counts.trajectories += 1;
        counts.steps += trajectory.steps.length;
        await kept.write(trajectory);
      },
      async drop({ why, detail }, place, trajectory_id) {
        const { file, line, byteOffset: byte_offset, index } = place;
        dropped[why] = (dropped[why] ?? 0) + 1;
        await others?.write({ trajectory_id, why, detail, file, line, byte_offset, index });
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
  emit({ type: 'note', text: `${counts.trajectories} trajectories, ${counts.steps} steps → ${out}` });
  if (rejected > 0) emit({ type: 'warn', text: `${rejected} rows could not be taken → ${rejectedPath(out)}` });
  if (json) printJson({ ...counts, dropped, rejected });
  if (rejected > 0) process.exitCode = EXIT.someFailed;
}

async function filterOptionsOf(options: Options): Promise<FilterOptions> {
  const { notIn, tasks = [], overlap, ending, maxCost, ...rest } = options;
  const evaluation = await loadAll(notIn ?? []);
  const known = await loadAll(tasks);
  return {
    ...rest,
    ...(ending && { endings: ending }),
    ...(maxCost !== undefined && { maxCostUsd: maxCost }),
    ...(evaluation.length > 0 && { evaluation: createEvaluationSet(evaluation, overlap) }),
    instances: new Map(known.map((row) => [row.instance_id, row])),
  };
}

const loadAll = async (sources: readonly string[]): Promise<EvaluationRow[]> =>
  (await Promise.all(sources.map(loadEvaluationRows))).flat();

function regex(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
