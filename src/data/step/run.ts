// `extractRun`: files of trajectories → a data set of step instances. The command `extract` is this with a command line.
import { maxRowBytesOf } from '../../core/io/row-limit.ts';
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { loadInstances, suiteNames } from '../../world/task/load.ts';
import { type ExtractedDataset, extractDataset } from './extract-dataset.ts';
import { type ExtractRunOptions, type ExtractSettings, extractSchema } from './options.ts';
import type { Counter, WorkSettings } from './parallel/work.ts';
import { KEPT_BY_DEFAULT } from './reasons.ts';
import type { ExtractStatistics } from './statistics.ts';

export interface ExtractControl extends RunControl {
  /** What `maxPromptTokens` counts: the tokens of a student, as `openTokenCounter` gives it. */
  counter?: Counter | undefined;
}

export interface ExtractResult extends ExtractStatistics, Omit<ExtractedDataset, 'statistics'> {
  out: string;
}

/** The files are there once all of it is written: a run that is aborted or fails leaves those of the one before. */
export async function extractRun(
  given: ExtractRunOptions,
  { onEvent, signal, counter }: ExtractControl = {},
): Promise<ExtractResult> {
  const { options } = await resolveRunOptions(extractSchema, given);
  const { out, shardRows, workers, holdoutTrajectories: trajectories, seed } = options;
  const { statistics, ...written } = await extractDataset(
    options.trajectories,
    { ...(await settingsOf(options)), ...lengthOf(options, counter) },
    {
      ...{ out, shardRows, signal, maxRowBytes: maxRowBytesOf(options) },
      ...(onEvent !== undefined && { emit: onEvent }),
      ...(workers !== undefined && { workers }),
      ...(trajectories > 0 && { holdOut: { trajectories, seed } }),
    },
  );
  return { ...statistics, out, ...written };
}

async function settingsOf(options: ExtractSettings): Promise<Omit<WorkSettings, keyof LengthSettings>> {
  const { to, tasks, split, only, kinds, granularity, window, keep, drop, maxObservationChars } = options;
  const sources = tasks.length > 0 ? tasks : await suiteNames();
  const known = (await Promise.all(sources.map((source) => loadInstances(source)))).flat();
  return {
    format: to,
    splits: { known: new Map(known.map(({ instance_id, split }) => [instance_id, split])), unknown: split },
    ...(only !== undefined && { only }),
    ...(kinds !== undefined && { kinds }),
    ...{ granularity, window, observationChars: maxObservationChars },
    keep: [...keep, ...KEPT_BY_DEFAULT.filter((reason) => !drop.includes(reason))],
  };
}

type LengthSettings = Pick<WorkSettings, 'maxPromptLength' | 'counter'>;

function lengthOf({ maxPromptTokens, maxPromptChars }: ExtractSettings, counter: Counter | undefined): LengthSettings {
  if (counter === undefined && maxPromptTokens > 0)
    throw new ConfigError('--max-prompt-tokens: whose tokens? Name a student folder with --student.');
  if (counter === undefined) return { maxPromptLength: maxPromptChars };
  if (maxPromptChars > 0) throw new ConfigError('--max-prompt-chars: with --student give --max-prompt-tokens.');
  return { maxPromptLength: maxPromptTokens, counter };
}
