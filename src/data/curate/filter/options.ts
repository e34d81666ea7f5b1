// The options of `filterTrajectories` and of the command `filter`.
import { z } from 'zod';
import { rowLimitField } from '../../../core/io/row-limit.ts';
import { list, onOff, real, share, whole } from '../../../core/options/fields.ts';
import { option } from '../../../core/options/option.ts';
import { file, outField, seedField, sourcesField } from '../../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../../core/run/application.ts';
import { endings } from '../../../core/schema/trajectory.ts';
import { rulesField, similarityField } from '../options.ts';
import { DEFAULT_OVERLAP } from './evaluation-set.ts';

export const filterSchema = z.object({
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
    z.preprocess(readRegex, z.instanceof(RegExp)).optional(),
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
});

/** What has a default may be left out. */
export type FilterTrajectoriesOptions = OptionsOf<typeof filterSchema>;

/** With the defaults. */
export type FilterSettings = z.output<typeof filterSchema>;

function readRegex(given: unknown, context: z.RefinementCtx): unknown {
  if (typeof given !== 'string') return given;
  try {
    return new RegExp(given);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
