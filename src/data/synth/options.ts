// The options of `synthRun`, `validateRun` and `completeDrafts`, and of the commands `tasks synth`, `tasks validate` and `tasks complete`.
import { z } from 'zod';
import { list, share, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import {
  jobsField,
  runField,
  runtimeField,
  seedField,
  sourcesField,
  suiteField,
  suiteFolderField,
} from '../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../core/run/application.ts';
import { SOURCES, selectionFields } from '../../world/task/selection.ts';
import { kindNames } from './kinds/registry.ts';

export const synthSchema = z.object({
  env: option(list(z.string()), 'environments to take functions from', { value: 'name' }),
  suite: suiteField('suite to add the instances to'),
  out: suiteFolderField,
  form: option(z.enum(['folders', 'jsonl']).default('folders'), 'write one folder a task, or one instances.jsonl', {
    value: 'form',
  }),
  count: option(whole().default(16), 'instances to make for each environment'),
  perFunction: option(whole().default(2), 'maximum instances of one function'),
  kinds: option(list(z.enum(kindNames as [string, ...string[]])).optional(), 'kinds of mutations', {
    value: 'kind',
    shownDefault: 'all',
  }),
  heldout: option(share().default(0.25), 'share of the functions that are held out', { value: 'share' }),
  seed: seedField('random seed of the order of candidates, of phrasings and of splits'),
  jobs: jobsField('sandboxes at once'),
  runtime: runtimeField,
  run: runField(),
});
export type SynthRunOptions = OptionsOf<typeof synthSchema>;

export const validateSchema = z.object({
  sources: sourcesField(`${SOURCES}; all suites by default`),
  ...selectionFields,
  jobs: jobsField('sandboxes at once'),
  runtime: runtimeField,
  run: runField(),
});
export type ValidateRunOptions = OptionsOf<typeof validateSchema>;

export const completeSchema = z.object({
  drafts: option(
    list(z.string()),
    'folders with bug.patch, problem_statement.md, test.patch, task.yaml {environment, split, metadata}',
  ),
  suite: suiteField('suite to add the instances to'),
  out: suiteFolderField,
  jobs: jobsField('sandboxes at once'),
  runtime: runtimeField,
});
export type CompleteDraftsOptions = OptionsOf<typeof completeSchema>;
