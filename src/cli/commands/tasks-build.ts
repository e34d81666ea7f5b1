// `tasks build`: the images of task folders that bring their own Dockerfile.
import { Command } from 'commander';
import { whole } from '../../core/options/fields.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { mapPool } from '../../core/run/pool.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { ensureEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { ensureBuilt } from '../../world/sandbox/images/images.ts';
import { taskImages } from '../../world/task/task-folders.ts';
import { checked } from '../options/checked.ts';
import { printJson } from '../output.ts';

export const tasksBuildCommand = (): Command =>
  new Command('build')
    .description("build the images of task folders with a Dockerfile (SWE-bench v5's), where missing or out of date")
    .argument('<folders...>', 'task folders, or folders of them')
    .option('-j, --jobs <n>', 'builds at a time', checked(whole({ min: 1 })), 2)
    .option('--json', 'print {built, ready} as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright tasks build my-tasks/django__django-11001')
    .action(async (folders: string[], { jobs, json }: { jobs: number; json?: boolean }) => {
      const emit = createReporter();
      const signal = interruptSignal();
      const images = (await Promise.all(folders.map((folder) => taskImages(folder)))).flat();
      if (images.length === 0) throw new ConfigError(`${folders.join(', ')}: no task folder with a Dockerfile in it.`);
      const { docker } = await ensureEngine(emit);
      const build = async ({ dir, image }: (typeof images)[number]): Promise<string[]> =>
        (await ensureBuilt(docker, { tag: image, dir }, emit)) ? [image] : [];
      const built = (await mapPool(images, jobs, build, { signal })).flat();
      emit({ type: 'note', text: `${built.length} built, ${images.length} ready` });
      if (json) printJson({ built, ready: images.map(({ image }) => image) });
    });
