// The options of `collectRun` and of the command `collect`.
import { z } from 'zod';
import { defaultLimits } from '../../agents/loop/limits.ts';
import { commandFields, promptField, stepLimitField } from '../../agents/loop/options.ts';
import { teacherNames } from '../../agents/teacher/registry.ts';
import { list, onOff, real, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jobsField, runField, runtimeField, seedField } from '../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../core/run/application.ts';
import { SOURCES, selectionFields } from '../../world/task/selection.ts';

export const collectSchema = z.object({
  tasks: option(list(z.string()), SOURCES, { value: 'source' }),
  ...selectionFields,
  teacher: option(z.enum(teacherNames).default('scripted'), 'who attempts the instances', { value: 'name' }),
  model: option(z.string().optional(), 'model of the teacher `anthropic`; name recorded for the teacher `stdio`', {
    value: 'name',
  }),
  stdioCommand: option(z.string().optional(), 'program that answers for the teacher `stdio` (docs/teachers.md)', {
    value: 'command',
    isSecret: true,
  }),
  recording: option(list(z.string()).optional(), 'trajectories that the teacher `recorded` repeats', { value: 'path' }),
  prompt: promptField('default'),
  attempts: option(whole({ min: 1 }).default(1), 'attempts at each instance'),
  jobs: jobsField('attempts at once'),
  seed: seedField('random seed of teachers that make choices'),
  stepLimit: stepLimitField(defaultLimits.steps),
  tokenLimit: option(
    whole().default(defaultLimits.tokens),
    'maximum tokens of one attempt, input and output together; 0 = no limit',
  ),
  costLimit: option(real().default(defaultLimits.costUsd), 'maximum cost of one attempt in US dollars; 0 = no limit', {
    value: 'usd',
  }),
  timeLimit: option(real().default(defaultLimits.timeMs / 1000), 'maximum seconds of one attempt; 0 = no limit', {
    value: 's',
  }),
  ...commandFields,
  runtime: runtimeField,
  answerTimeout: option(real({ above: 0 }).optional(), 'maximum seconds of one answer of the teacher', { value: 's' }),
  allowUnknownCost: option(onOff, 'use a model that is not in the price table; its cost is recorded as 0'),
  judge: option(onOff.default(true), 'do not run the tests on what the attempts changed'),
  onlyResolved: option(onOff, 'write only resolved trajectories to --out'),
  run: runField(),
  out: option(z.string().optional(), 'also write all trajectories of the run to this file (.jsonl or .jsonl.gz)', {
    short: 'o',
    value: 'file',
  }),
});

/** What has a default may be left out. */
export type CollectRunOptions = OptionsOf<typeof collectSchema>;

/** With the defaults. */
export type CollectSettings = z.output<typeof collectSchema>;
