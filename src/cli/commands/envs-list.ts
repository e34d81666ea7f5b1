// `envs list`: the environments and the state of their images.
import { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { requireEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { listImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironments } from '../../world/task/environments.ts';
import { defineCommand } from '../options/command.ts';
import { printJson, printText } from '../output.ts';

export const envsListCommand = defineCommand({
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
