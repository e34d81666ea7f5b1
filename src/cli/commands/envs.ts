// `envs build | list | prune`: the images of the environments under envs/.
import { Command, InvalidArgumentError } from 'commander';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { gigabytes } from '../../world/sandbox/engine/disk.ts';
import { requireEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { ensureImages, listImages } from '../../world/sandbox/images/images.ts';
import { pruneImages, pruneToBudget } from '../../world/sandbox/images/prune.ts';
import { loadEnvironment, loadEnvironments } from '../../world/task/environments.ts';
import { printJson, printText } from '../output.ts';

interface Options {
  json?: boolean;
}

export const envsCommand = (): Command =>
  new Command('envs')
    .addCommand(buildCommand())
    .addCommand(listCommand())
    .addCommand(pruneCommand())
    .addHelpText('after', '\nExample:\n  stepwright envs build toolz qs');

const buildCommand = (): Command =>
  new Command('build')
    .description('build the images that are missing or out of date')
    .argument('[names...]', 'folders under envs/; default all')
    .option('--json', 'print {built} as the last line of stdout')
    .action(async (names: string[], { json }: Options) => {
      const emit = createReporter();
      const signal = interruptSignal();
      const environments =
        names.length > 0 ? await Promise.all(names.map((name) => loadEnvironment(name))) : await loadEnvironments();
      const built = await ensureImages(environments, { emit, signal });
      emit({ type: 'note', text: `${built.length} built, ${environments.length} ready` });
      if (json) printJson({ built });
    });

const listCommand = (): Command =>
  new Command('list')
    .description('environments and the state of their images')
    .option('--json', 'print {environments} as the last line of stdout')
    .action(async ({ json }: Options) => {
      const { docker } = await requireEngine();
      const environments = await listImages(docker, await loadEnvironments());
      if (json) printJson({ environments });
      else for (const { name, image, state, repo } of environments) printText(`${name}\t${image}\t${state}\t${repo}`);
    });

const pruneCommand = (): Command =>
  new Command('prune')
    .description('remove images that no environment here builds any more')
    .option('--all', "remove the environments' images too; the next run builds them again")
    .option(
      '--budget <size>',
      'remove those used longest ago until all images fit into it, as 50GB; the next run builds or pulls them again',
      parseBytes,
    )
    .option('--json', 'print {removed, bytes} as the last line of stdout')
    .action(async ({ all, budget, json }: Options & { all?: boolean; budget?: number }) => {
      const { docker } = await requireEngine();
      const unneeded = await pruneImages(docker, all ? [] : await loadEnvironments());
      const unused = budget === undefined ? { removed: [], bytes: 0 } : await pruneToBudget(docker, budget);
      const removed = [...unneeded.removed, ...unused.removed];
      const bytes = unneeded.bytes + unused.bytes;
      createReporter()({ type: 'note', text: `${removed.length} images removed, up to ${gigabytes(bytes)}` });
      if (json) printJson({ removed, bytes });
    });

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function parseBytes(text: string): number {
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?) ?([KMGT]?B)?$/i.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Give a size, as 50GB.');
  return Number(number) * UNITS[unit.toUpperCase() as keyof typeof UNITS];
}
