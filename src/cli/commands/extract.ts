// `extract`: trajectories → step instances.
import { Command, Option } from 'commander';
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { type Split, type StepKind, splits, stepKinds } from '../../core/schema/step-instance.ts';
import { type Granularity, granularities } from '../../data/step/actions.ts';
import { DEFAULT_WINDOW } from '../../data/step/context.ts';
import { type DatasetFormatName, datasetFormats } from '../../data/step/dataset/formats.ts';
import { extractDataset } from '../../data/step/extract-dataset.ts';
import type { Counter, WorkSettings } from '../../data/step/parallel/work.ts';
import { dropReasons, KEPT_BY_DEFAULT, type SwitchableReason, switchableReasons } from '../../data/step/reasons.ts';
import { formatNames } from '../../data/trajectory/formats/import.ts';
import { loadInstances, suiteNames } from '../../world/task/load.ts';
import { rowLimitOption } from '../options/row-limit.ts';
import { wholeNumber } from '../options/selection.ts';
import { EXIT, printJson } from '../output.ts';

interface Options {
  out: string;
  to: DatasetFormatName;
  tasks?: string[];
  split?: Split;
  only?: Split;
  holdoutTrajectories: number;
  seed: number;
  kinds?: StepKind[];
  granularity: Granularity;
  window: number;
  keep: SwitchableReason[];
  drop: SwitchableReason[];
  maxObservationChars: number;
  maxPromptChars: number;
  maxPromptTokens: number;
  student?: string;
  shardRows: number;
  workers?: number;
  maxRowMib: number;
  json?: boolean;
}

export function extractCommand(): Command {
  const side = (flags: string, about: string) => new Option(flags, about).choices(splits);
  const number = (flags: string, about: string, otherwise = 0) =>
    new Option(flags, about).argParser(wholeNumber).default(otherwise);
  const dropped = switchableReasons.filter((why) => !KEPT_BY_DEFAULT.includes(why));
  return new Command('extract')
    .argument('<trajectories...>', 'files of any known format (.gz and .zst too), or folders of them')
    .requiredOption('-o, --out <file>', 'what to write: .parquet, or JSON lines')
    .addOption(
      new Option('--to <format>', 'shape of the rows').choices(Object.keys(datasetFormats)).default('stepwright'),
    )
    .option('--tasks <source...>', 'where the splits come from; all suites unless told')
    .addOption(side('--split <name>', 'split of instances that no suite knows; those of other tools train unless told'))
    .addOption(number('--holdout-trajectories <n>', 'hold so many trajectories out of training'))
    .addOption(number('--seed <n>', 'draws them'))
    .addOption(side('--only <name>', 'write only this split'))
    .addOption(new Option('--kinds <kind...>', 'write only steps of these kinds').choices(stepKinds))
    .addOption(
      new Option('--granularity <unit>', 'what an instance asks for: a whole call, or each command of a bash call')
        .choices(granularities)
        .default('call'),
    )
    .addOption(number('--window <n>', 'action–observation pairs that a prompt shows', DEFAULT_WINDOW))
    .addOption(
      new Option('--keep <why...>', 'do not drop steps for these reasons').choices(dropped).default([], 'none'),
    )
    .addOption(new Option('--drop <why...>', 'drop steps for these too').choices(KEPT_BY_DEFAULT).default([], 'none'))
    .addOption(number('--max-observation-chars <n>', 'clip longer observations; 0 = no limit'))
    .addOption(number('--max-prompt-chars <n>', 'clip observations until the prompt fits; 0 = no limit'))
    .addOption(number('--max-prompt-tokens <n>', 'the same in tokens of --student'))
    .option('--student <dir>', 'whose tokenizer counts')
    .addOption(number('--shard-rows <n>', 'rows a file; 0 = all in one'))
    .option(
      '--workers <n>',
      'threads beside the main one, of some 100 MB each (default: 1, or 0 for little)',
      wholeNumber,
    )
    .addOption(rowLimitOption())
    .option('--json', 'print the statistics as the last line of stdout')
    .addHelpText('after', helpText(dropped))
    .action(extract);
}

function helpText(dropped: readonly SwitchableReason[]): string {
  const list = (reasons: readonly string[]): string =>
    Object.entries(dropReasons)
      .flatMap(([why, text]) => (reasons.includes(why) ? [`  ${why.padEnd(17)} ${text}`] : []))
      .join('\n');
  return `
Dropped unless kept (--keep):
${list(dropped)}

Kept unless dropped (--drop):
${list(KEPT_BY_DEFAULT)}

Reads ${formatNames.join(', ')}.

Examples:
  stepwright extract trajectories/katas.jsonl.gz -o runs/steps.jsonl --only train
  stepwright extract swe-smith.jsonl -o data/steps.parquet --to verl --shard-rows 50000 --holdout-trajectories 30 --drop last`;
}

async function extract(paths: string[], options: Options): Promise<void> {
  const emit = createReporter();
  const { out, shardRows, workers, maxRowMib: maxRowBytes, holdoutTrajectories: trajectories, seed } = options;
  const made = await extractDataset(paths, await settingsOf(options), {
    ...{ out, shardRows, maxRowBytes, emit, signal: interruptSignal() },
    ...(workers !== undefined && { workers }),
    ...(trajectories > 0 && { holdOut: { trajectories, seed } }),
  });
  const { statistics, files, written, rejected, unreadable } = made;
  const { steps, step_instances, dropped, kinds, scripts } = statistics;
  const note = (text: string): void => emit({ type: 'note', text });
  note(`${statistics.trajectories} trajectories, ${steps} steps → ${step_instances} step instances`);
  note(`dropped: ${list(dropped)}`);
  note(`kinds: ${list(kinds)}; splits: ${list(statistics.splits)}`);
  note(
    `bash actions: ${scripts.total}, of which the grammar cannot read ${scripts.unparsed.length}${some(scripts.unparsed)}`,
  );
  note(`${written} written to ${files.length === 1 ? files[0] : `${files.length} files, ${files[0]}, …`}`);
  if (rejected > 0) emit({ type: 'warn', text: `${rejected} rows could not be taken → ${rejectedPath(out)}` });
  if (options.json) printJson({ ...statistics, written, out, files, rejected, unreadable });
  if (rejected > 0 || statistics.trajectories === 0) process.exitCode = EXIT.someFailed;
}

async function settingsOf(options: Options): Promise<WorkSettings> {
  const { to, tasks, split, only, kinds, granularity, window, keep, drop, maxObservationChars } = options;
  const sources = tasks ?? (await suiteNames());
  const known = (await Promise.all(sources.map((source) => loadInstances(source)))).flat();
  return {
    format: to,
    splits: { known: new Map(known.map(({ instance_id, split }) => [instance_id, split])), unknown: split },
    ...(only !== undefined && { only }),
    ...(kinds !== undefined && { kinds }),
    ...{ granularity, window, observationChars: maxObservationChars },
    keep: [...keep, ...KEPT_BY_DEFAULT.filter((why) => !drop.includes(why))],
    ...(await lengthOf(options)),
  };
}

async function lengthOf({ student, maxPromptTokens, maxPromptChars }: Options): Promise<LengthSettings> {
  if (student === undefined && maxPromptTokens > 0)
    throw new ConfigError('--max-prompt-tokens: whose tokens? Name a student folder with --student.');
  if (student === undefined) return { maxPromptLength: maxPromptChars };
  if (maxPromptChars > 0) throw new ConfigError('--max-prompt-chars: with --student give --max-prompt-tokens.');
  const { createMeasure, module } = await import('../prompt-tokens.ts');
  await createMeasure(student); // a folder without a tokenizer is told here, not by every thread
  return { maxPromptLength: maxPromptTokens, counter: { module, argument: student } };
}

interface LengthSettings {
  maxPromptLength: number;
  counter?: Counter;
}

/** The first of them; --json has all. */
const some = (ids: readonly string[]): string =>
  ids.length === 0 ? '' : `: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`;

const list = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';
