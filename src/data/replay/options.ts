// The options of `replayRun` and of the command `replay`.
import { z } from 'zod';
import { list, onOff, share, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jobsField, runField, runtimeField, sourcesField } from '../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../core/run/application.ts';

export const replaySchema = z.object({
  paths: option(list(z.string()), 'trajectory files of any format, or folders of them'),
  tasks: sourcesField(
    'suites, task folders or files of the instances; by default the suites that ship and those that the trajectories name',
  ),
  image: option(
    z.string().optional(),
    'replay all in this image, whose /testbed is in the state the recordings started from; nothing is judged',
    { value: 'ref' },
  ),
  id: option(list(z.string()).optional(), 'only these trajectories, or those of these instances', {
    short: 'i',
    value: 'id',
  }),
  limit: option(whole({ min: 1 }).optional(), 'only the first so many trajectories'),
  jobs: jobsField('sandboxes at once'),
  fromStep: option(whole().default(0), 'run this many steps without comparing them, and compare the rest', {
    value: 'k',
  }),
  judge: option(onOff.default(true), 'do not run the tests on what came out'),
  update: option(onOff, 'write the observations of this run into the files'),
  failUnder: option(share().default(0.99), 'exit with 1 when a smaller share of steps is equal after normalization', {
    value: 'share',
  }),
  runtime: runtimeField,
  run: runField(),
});

/** What has a default may be left out. */
export type ReplayRunOptions = OptionsOf<typeof replaySchema>;

/** With the defaults. */
export type ReplaySettings = z.output<typeof replaySchema>;
