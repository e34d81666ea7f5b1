// `tasks build`: the images of task folders that bring their own Dockerfile.
import { z } from 'zod';
import { list } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jobsField, jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { mapPool } from '../../core/run/pool.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { ensureEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { ensureBuilt } from '../../world/sandbox/images/images.ts';
import { taskImages } from '../../world/task/task-folders.ts';
import { defineCommand } from '../options/command.ts';
import { printJson } from '../output.ts';

export const tasksBuildCommand = defineCommand({
  name: 'build',
  about: "Builds the images of task folders with a Dockerfile (SWE-bench v5's) that are missing or out of date.",
  options: z.object({
    folders: option(list(z.string()), 'task folders, or folders of them'),
    jobs: jobsField('builds at once'),
    json: jsonField('{built, ready}'),
  }),
  positional: 'folders',
  examples: ['stepwright tasks build my-tasks/django__django-11001'],
  async run({ folders, jobs, json }) {
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
  },
});
