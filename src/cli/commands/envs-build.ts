// `envs build`: the images of environments.
import { z } from 'zod';
import { list } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ensureImages, movedBasesOf } from '../../world/sandbox/images/images.ts';
import { loadEnvironment, loadEnvironments } from '../../world/task/environments.ts';
import { defineCommand } from '../options/command.ts';
import { printJson } from '../output.ts';

export const envsBuildCommand = defineCommand({
  name: 'build',
  about: 'Builds the images of environments that are missing or out of date.',
  options: z.object({
    names: option(list(z.string()).default([]), 'folders under envs/; all by default'),
    json: jsonField('{built}'),
  }),
  positional: 'names',
  examples: ['stepwright envs build toolz qs'],
  async run({ names, json }) {
    const emit = createReporter();
    const environments =
      names.length > 0 ? await Promise.all(names.map((name) => loadEnvironment(name))) : await loadEnvironments();
    const built = await ensureImages(environments, { emit, signal: interruptSignal() });
    for (const text of await movedBasesOf(environments)) emit({ type: 'warn', text });
    emit({ type: 'note', text: `${built.length} built, ${environments.length} ready` });
    if (json) printJson({ built });
  },
});
