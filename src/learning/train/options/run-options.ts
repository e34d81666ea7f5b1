// The options of `trainRun` and of the command `train`: those of the training itself, and those of the run.
import { z } from 'zod';
import { option } from '../../../core/options/option.ts';
import { runField, runtimeField } from '../../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../../core/run/application.ts';
import { type TrainOptions, trainOptionsSchema } from './options.ts';
import { presets } from './presets.ts';

export const trainRunSchema = trainOptionsSchema.safeExtend({
  preset: option(
    z.enum(Object.keys(presets)).optional(),
    'settings of a published run, which flags and --config override',
    { value: 'name' },
  ),
  // biome-ignore lint/suspicious/noThenProperty: the option's name; its value is no function, so nothing takes it for a promise
  then: option(
    z.record(z.string(), z.unknown()).optional(),
    'train the result once more with these options, which differ from those of the first run',
  ),
  runtime: runtimeField,
  run: runField({ formerly: ['out'] }),
});

/** What has a default may be left out. */
export type TrainRunOptions = Omit<OptionsOf<typeof trainRunSchema>, 'then'> & {
  /** Options of a second run on what came out of the first: those that differ. Its run folder is `then` in the first one. */
  then?: Partial<TrainOptions> | undefined;
};
