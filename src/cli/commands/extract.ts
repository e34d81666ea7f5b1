// `extract`: trajectories → step instances.
import { z } from 'zod';
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { maxRowBytesOf, rowLimitField } from '../../core/io/row-limit.ts';
import { list, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField, outField, seedField, sourcesField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { splits, stepKinds } from '../../core/schema/step-instance.ts';
import { granularities } from '../../data/step/actions.ts';
import { DEFAULT_WINDOW } from '../../data/step/context.ts';
import { type DatasetFormatName, datasetFormats } from '../../data/step/dataset/formats.ts';
import { extractDataset } from '../../data/step/extract-dataset.ts';
import type { Counter, WorkSettings } from '../../data/step/parallel/work.ts';
import { dropReasons, KEPT_BY_DEFAULT, type SwitchableReason, switchableReasons } from '../../data/step/reasons.ts';
import { formatNames } from '../../data/trajectory/formats/import.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';
import { loadInstances, suiteNames } from '../../world/task/load.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';

const dropped = switchableReasons.filter((why) => !KEPT_BY_DEFAULT.includes(why));
const reasons = (from: readonly SwitchableReason[], help: string) =>
  option(list(z.enum(from as [SwitchableReason, ...SwitchableReason[]])).default([]), help, {
    value: 'reason',
    hasListedChoices: true,
  });
const formats = Object.keys(datasetFormats) as [DatasetFormatName, ...DatasetFormatName[]];

const schema = z.object({
  trajectories: option(list(z.string()), 'files of any known format (.gz and .zst too), or folders of them'),
  out: outField('file to write: .parquet, or JSON lines'),
  to: option(z.enum(formats).default('stepwright'), 'format of the rows', { value: 'format' }),
  tasks: sourcesField('suites, task folders or files in which the splits are looked up; all suites by default'),
  split: option(
    z.enum(splits).optional(),
    'split of instances that no suite knows; by default those of other tools are for training',
    { value: 'side' },
  ),
  holdoutTrajectories: option(whole().default(0), 'hold this many trajectories out of training'),
  seed: seedField('random seed for sampling the trajectories of --holdout-trajectories'),
  only: option(z.enum(splits).optional(), 'write only this split', { value: 'side' }),
  kinds: option(list(z.enum(stepKinds)).optional(), 'write only steps of these kinds', { value: 'kind' }),
  granularity: option(
    z.enum(granularities).default('call'),
    'what a step instance asks for: a whole call, or each command of a bash call',
    { value: 'unit' },
  ),
  window: option(whole().default(DEFAULT_WINDOW), 'action–observation pairs that a prompt shows'),
  keep: reasons(dropped, 'do not drop steps for these reasons'),
  drop: reasons(KEPT_BY_DEFAULT, 'also drop steps for these reasons'),
  maxObservationChars: option(whole().default(0), 'clip observations longer than this; 0 = no limit'),
  maxPromptChars: option(
    whole().default(0),
    'clip observations until the prompt has at most this many characters; 0 = no limit',
  ),
  maxPromptTokens: option(
    whole().default(0),
    'clip observations until the prompt has at most this many tokens of --student; 0 = no limit',
  ),
  student: option(z.string().optional(), 'student folder whose tokenizer counts tokens', { value: 'dir' }),
  shardRows: option(whole().default(0), 'rows of one file; 0 = all in one'),
  workers: option(whole().optional(), 'worker threads beside the main one, of some 100 MB each', {
    shownDefault: '1, or 0 for little input',
  }),
  maxRowMib: rowLimitField,
  json: jsonField('the statistics'),
});
type Options = z.output<typeof schema>;

export const extractCommand = defineCommand({
  name: 'extract',
  about: 'Turns trajectories into step instances: one small problem for each action of the expert.',
  options: schema,
  positional: 'trajectories',
  help: helpText(),
  examples: [
    'stepwright extract trajectories/katas.jsonl.gz -o runs/steps.jsonl --only train',
    'stepwright extract swe-smith.jsonl -o data/steps.parquet --to verl --shard-rows 50000 --holdout-trajectories 30 --drop last',
  ],
  run: extract,
});

function helpText(): string {
  const rows = (reasons: readonly string[]): string =>
    Object.entries(dropReasons)
      .flatMap(([why, text]) => (reasons.includes(why) ? [`  ${why.padEnd(17)} ${text}`] : []))
      .join('\n');
  return `Dropped by default (--keep to keep):
${rows(dropped)}

Kept by default (--drop to drop):
${rows(KEPT_BY_DEFAULT)}

Reads ${formatNames.join(', ')}.`;
}

async function extract(options: Options): Promise<void> {
  const emit = createReporter();
  const { out, shardRows, workers, holdoutTrajectories: trajectories, seed } = options;
  const maxRowBytes = maxRowBytesOf(options);
  const made = await extractDataset(options.trajectories, await settingsOf(options), {
    ...{ out, shardRows, maxRowBytes, emit, signal: interruptSignal() },
    ...(workers !== undefined && { workers }),
    ...(trajectories > 0 && { holdOut: { trajectories, seed } }),
  });
  const { statistics, files, written, ...unused } = made;
  const { rejected } = unused;
  const { steps, step_instances, dropped, kinds, scripts } = statistics;
  const note = (text: string): void => emit({ type: 'note', text });
  note(`${statistics.trajectories} trajectories, ${steps} steps → ${step_instances} step instances`);
  note(`dropped: ${listed(dropped)}`);
  note(`kinds: ${listed(kinds)}; splits: ${listed(statistics.splits)}`);
  note(
    `bash actions: ${scripts.total}, of which the grammar cannot read ${scripts.unparsed.length}${some(scripts.unparsed)}`,
  );
  if (rejected > 0) emit({ type: 'warn', text: `${rejected} rows could not be taken → ${rejectedPath(out)}` });
  const { unknown } = statistics;
  if (unknown.length > 0)
    emit({
      type: 'warn',
      text: `${unknown.length} trajectories of unknown instances${some(unknown)}. Name their suite with --tasks, or their side with --split.`,
    });
  note(
    `${written} written to ${files.length === 1 ? files[0] : `${files.length} files, ${files[0]}, …`}${describeUnused(unused)}`,
  );
  if (options.json) printJson({ ...statistics, written, out, files, ...unused });
  if (rejected > 0 || unknown.length > 0 || written === 0) process.exitCode = EXIT.someFailed;
}

async function settingsOf(options: Options): Promise<WorkSettings> {
  const { to, tasks, split, only, kinds, granularity, window, keep, drop, maxObservationChars } = options;
  const sources = tasks.length > 0 ? tasks : await suiteNames();
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

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';
