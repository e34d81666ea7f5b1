// `envs prune`: room on the engine's disk.
import { z } from 'zod';
import { onOff, size } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { countOf } from '../../core/run/count-of.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { gigabytes } from '../../world/sandbox/engine/disk.ts';
import { requireEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { pruneImages } from '../../world/sandbox/images/prune.ts';
import { loadEnvironments } from '../../world/task/environments.ts';
import { defineCommand } from '../options/command.ts';
import { printJson } from '../output.ts';

export const envsPruneCommand = defineCommand({
  name: 'prune',
  about: 'Removes images that no environment here builds any more.',
  options: z.object({
    all: option(onOff, "also remove the environments' images; the next run builds them again"),
    budget: option(
      size().optional(),
      'remove the images used longest ago until all fit into this size, as 50GB; the next run builds or pulls them again',
      { value: 'size' },
    ),
    json: jsonField('{removed, bytes}'),
  }),
  examples: ['stepwright envs prune --budget 50GB'],
  async run({ all, budget, json }) {
    const { docker } = await requireEngine();
    const pruned = await pruneImages(docker, all ? [] : await loadEnvironments(), budget);
    const { removed, bytes } = pruned;
    createReporter()({ type: 'note', text: `${countOf(removed.length, 'image')} removed, up to ${gigabytes(bytes)}` });
    if (json) printJson(pruned);
  },
});
