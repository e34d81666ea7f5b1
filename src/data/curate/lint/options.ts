// The options of `lintTrajectories` and of the command `lint`.
import { z } from 'zod';
import { rowLimitField } from '../../../core/io/row-limit.ts';
import { list, onOff } from '../../../core/options/fields.ts';
import { option } from '../../../core/options/option.ts';
import { outField } from '../../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../../core/run/application.ts';
import { rulesField, similarityField } from '../options.ts';

export const lintSchema = z.object({
  paths: option(list(z.string()), 'files of trajectories in any format that `convert` reads, or folders of them'),
  rule: rulesField('check only these rules'),
  ignore: rulesField('do not check these rules'),
  similarity: similarityField,
  maxRowMib: rowLimitField,
  redact: option(onOff, 'write a copy to --out in which placeholders replace secrets and mail addresses'),
  out: outField('JSONL file for the redacted trajectories (.gz too)').optional(),
});

/** What has a default may be left out. */
export type LintTrajectoriesOptions = OptionsOf<typeof lintSchema>;
