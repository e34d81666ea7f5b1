// What the command `train` takes beside the options of `trainRun`.
import { z } from 'zod';
import { onOff } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { trainOptionsSchema } from '../../learning/train/options/options.ts';
import { type TrainRunOptions, trainRunSchema } from '../../learning/train/options/run-options.ts';
import { readFlags } from './parser.ts';

const { preset, runtime, run } = trainRunSchema.shape;

export const trainCommandSchema = trainOptionsSchema.safeExtend({
  preset,
  // biome-ignore lint/suspicious/noThenProperty: the flag's name; its value is no function, so nothing takes it for a promise
  then: option(
    z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    'train the result once more with these flags, in quotes, that differ from the first run; its run folder is `then` in the first one',
    { value: 'flags' },
  ),
  runtime,
  run,
  dryRun: option(
    onOff,
    'only print how much memory the (first) run takes and how much there is; exits with 2 where it does not fit',
  ),
  json: jsonField('the result'),
});

/** What was given on the command line, as `trainRun` takes it: the second run's flags are options. */
export function toRunOptions({ json, dryRun, ...given }: Record<string, unknown>): TrainRunOptions {
  // biome-ignore lint/suspicious/noThenProperty: as above
  if (typeof given.then === 'string') given.then = readFlags(wordsOf(given.then), trainOptionsSchema.shape);
  return given as TrainRunOptions;
}

/** As a shell would split them. */
const wordsOf = (text: string): string[] =>
  (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
