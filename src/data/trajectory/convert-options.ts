// The options of `convertTrajectories` and of the command `convert`.
import { z } from 'zod';
import { rowLimitField } from '../../core/io/row-limit.ts';
import { list, onOff } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { outField } from '../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../core/run/application.ts';
import { type FormatName, writers } from './formats/writers.ts';

export const convertSchema = z.object({
  paths: option(list(z.string()), 'files of trajectories (.gz and .zst too), or folders of them'),
  to: option(z.enum(Object.keys(writers) as [FormatName, ...FormatName[]]), 'format to write', { value: 'format' }),
  out: outField('JSONL file to write (.gz too); rows that cannot be read go to <file>.rejected.jsonl'),
  onlyResolved: option(onOff, 'leave out trajectories that are not known to be resolved'),
  maxRowMib: rowLimitField,
});

/** What has a default may be left out. */
export type ConvertTrajectoriesOptions = OptionsOf<typeof convertSchema>;
