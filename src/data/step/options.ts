// The options of `extractRun` and of the command `extract`.
import { z } from 'zod';
import { rowLimitField } from '../../core/io/row-limit.ts';
import { list, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { outField, seedField, sourcesField } from '../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../core/run/application.ts';
import { splits, stepKinds } from '../../core/schema/step-instance.ts';
import { granularities } from './actions.ts';
import { DEFAULT_WINDOW } from './context.ts';
import { type DatasetFormatName, datasetFormats } from './dataset/formats.ts';
import { DROPPED_BY_DEFAULT, KEPT_BY_DEFAULT, type SwitchableReason } from './reasons.ts';

const reasons = (from: readonly SwitchableReason[], help: string) =>
  option(list(z.enum(from as [SwitchableReason, ...SwitchableReason[]])).default([]), help, {
    value: 'reason',
    hasListedChoices: true,
  });
const formats = Object.keys(datasetFormats) as [DatasetFormatName, ...DatasetFormatName[]];

export const extractSchema = z.object({
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
  keep: reasons(DROPPED_BY_DEFAULT, 'do not drop steps for these reasons'),
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
  shardRows: option(whole().default(0), 'rows of one file; 0 = all in one'),
  workers: option(whole().optional(), 'worker threads beside the main one, of some 100 MB each', {
    shownDefault: '1, or 0 for little input',
  }),
  maxRowMib: rowLimitField,
});

/** What has a default may be left out. */
export type ExtractRunOptions = OptionsOf<typeof extractSchema>;

/** With the defaults. */
export type ExtractSettings = z.output<typeof extractSchema>;
