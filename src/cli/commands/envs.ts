// `envs build | list | prune`: the images of the environments under envs/.

import { z } from 'zod';
import { list, onOff, size } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { countOf } from '../../core/run/count-of.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { gigabytes } from '../../world/sandbox/engine/disk.ts';
import { requireEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { ensureImages, listImages } from '../../world/sandbox/images/images.ts';
import { pruneImages, pruneToBudget } from '../../world/sandbox/images/prune.ts';
import { loadEnvironment, loadEnvironments } from '../../world/task/environments.ts';
import { type CommandGroup, defineCommand } from '../options/command.ts';
import { printJson, printText } from '../output.ts';

const buildCommand = defineCommand({
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
    const signal = interruptSignal();
    const environments =
      names.length > 0 ? await Promise.all(names.map((name) => loadEnvironment(name))) : await loadEnvironments();
    const built = await ensureImages(environments, { emit, signal });
    emit({ type: 'note', text: `${built.length} built, ${environments.length} ready` });
    if (json) printJson({ built });
  },
});

const listCommand = defineCommand({
  name: 'list',
  about: 'Lists the environments and the state of their images.',
  options: z.object({ json: jsonField('{environments}') }),
  examples: ['stepwright envs list'],
  async run({ json }) {
    const { docker } = await requireEngine();
    const environments = await listImages(docker, await loadEnvironments());
    if (json) printJson({ environments });
    else for (const { name, image, state, repo } of environments) printText(`${name}\t${image}\t${state}\t${repo}`);
  },
});

const pruneCommand = defineCommand({
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
    const unneeded = await pruneImages(docker, all ? [] : await loadEnvironments());
    const unused = budget === undefined ? { removed: [], bytes: 0 } : await pruneToBudget(docker, budget);
    const removed = [...unneeded.removed, ...unused.removed];
    const bytes = unneeded.bytes + unused.bytes;
    createReporter()({ type: 'note', text: `${countOf(removed.length, 'image')} removed, up to ${gigabytes(bytes)}` });
    if (json) printJson({ removed, bytes });
  },
});

export const envsCommand: CommandGroup = {
  name: 'envs',
  about: 'Builds, lists and removes the images of environments.',
  commands: [buildCommand, listCommand, pruneCommand],
};
